import { HealthSetupError } from 'hale'
import { z } from 'zod'
import type { ConfigPath } from '../config/problem.ts'
import type { Reading } from '../config/reading.ts'
import { refuseSetup, type Mapping } from './refuse.ts'

/** Options with which something can be tried out to find what its schema cannot see. */
export interface Usable {
  /** Without what was refused; what cannot be left out is empty text. */
  readonly options: Mapping
  /** Whether these are the options that the file gives. */
  readonly isWhole: boolean
}

/** Options that are judged by each other: without one the others would be refused for what they are not. */
const TOGETHER: readonly (readonly string[])[] = [
  ['user', 'password'],
  ['exact', 'expected'],
]

/** The options that are known and that nothing is wrong with so far. */
export function usableOf(schema: z.ZodObject, given: Mapping, path: ConfigPath, { isBad }: Reading): Usable {
  const { shape } = schema
  const spoilt = new Set(
    Object.keys(given)
      .filter((key) => isBad([...path, key]))
      .flatMap(judgedWith),
  )
  const entries = Object.entries(given).filter(([key]) => Object.hasOwn(shape, key) && !spoilt.has(key))
  const lacking = Object.keys(shape).filter(
    (key) => !(shape[key] instanceof z.ZodOptional) && !entries.some(([has]) => has === key),
  )
  return {
    options: Object.fromEntries([...lacking.map((key) => [key, '']), ...entries]),
    isWhole: lacking.length === 0 && entries.length === Object.keys(given).length,
  }
}

/**
 * Makes something, and notes what it refuses. Undefined when it was not made of all that the file gives.
 *
 * @param place where in the file a field stands
 * @throws what is no misuse
 */
export async function tryOut<T>(
  { isWhole, options }: Usable,
  reading: Reading,
  make: () => Promise<T>,
  place: (field: string) => ConfigPath,
): Promise<T | undefined> {
  // What is not there may be missed only because it, or another in its place, has been refused.
  const placeIfThere = (path: ConfigPath): ConfigPath | undefined =>
    isWhole || Object.hasOwn(options, path.at(-1) ?? '') ? path : undefined
  try {
    const made = await make()
    return isWhole ? made : undefined
  } catch (error) {
    // Of what is not whole the rest may fail in any way.
    if (isWhole || error instanceof HealthSetupError)
      refuseSetup(error, reading, (_check, field) => placeIfThere(place(field)))
    return undefined
  }
}

/** A limit and its counterpart (`degraded` and `unhealthy`, `lagDegraded` and `lagUnhealthy`), or what else is one thing. */
function judgedWith(key: string): readonly string[] {
  const [, stem, end] = /^(.*?)(degraded|unhealthy)$/i.exec(key) ?? []
  if (stem !== undefined) {
    const other = { degraded: 'unhealthy', unhealthy: 'degraded', Degraded: 'Unhealthy', Unhealthy: 'Degraded' }[
      end ?? ''
    ]
    return [key, `${stem}${other}`]
  }
  return TOGETHER.find((keys) => keys.includes(key)) ?? [key]
}
