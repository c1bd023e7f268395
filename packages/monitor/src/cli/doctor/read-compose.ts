import { parse } from 'yaml'
import { z } from 'zod'
import type { FileFacts } from './file-facts.ts'
import { readVariables } from './read-variables.ts'

const environment = z.union([z.array(z.string()), z.record(z.string(), z.unknown())])
const compose = z.object({
  services: z.record(
    z.string(),
    z.object({ image: z.string().optional(), environment: environment.optional().catch(undefined) }).catch({}),
  ),
})

/** Whether a file is one of Docker Compose, by its name. */
export const isCompose = (name: string): boolean => /^(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml$/.test(name)

/** What runs beside the app, and the names of the variables that it is given. */
export function readCompose(text: string, file: string): FileFacts {
  const { services } = compose.parse(parse(text, { merge: true }))
  const entries = Object.entries(services)
  return {
    services: entries.flatMap(([name, { image }]) =>
      image === undefined ? [] : [{ name: `${name} of ${file}`, image: withDefaults(image) }],
    ),
    // What a database is told by its variables is not where it is.
    ...readVariables(
      entries.filter(([, { image }]) => image === undefined).flatMap((each) => variablesOf(each[1].environment)),
    ),
  }
}

function variablesOf(given: z.infer<typeof environment> | undefined): readonly (readonly [string, unknown])[] {
  if (!Array.isArray(given)) return Object.entries(given ?? {})
  return given.map((line) => {
    const [name = '', ...value] = line.split('=')
    return [name, value.join('=')]
  })
}

/** `postgres:${TAG:-18}` → `postgres:18`. */
const withDefaults = (image: string): string => image.replaceAll(/\$\{\w+(?::?-([^}]*))?\}/g, '$1')
