import type { FileFacts } from './file-facts.ts'

/** Names of variables, and of those whose value is an address its scheme; the values are gone. */
export function readVariables(given: Iterable<readonly [name: string, value: unknown]>): FileFacts {
  const all = [...given]
  return {
    environmentNames: all.map(([name]) => name),
    schemes: Object.fromEntries(
      all.flatMap(([name, value]) => {
        const [, scheme] = /^['"]?([a-z][a-z\d+.-]*):\/\//i.exec(typeof value === 'string' ? value : '') ?? []
        return scheme === undefined ? [] : [[name, scheme.toLowerCase()]]
      }),
    ),
  }
}

/** A `.env` file. A quoted value may be of several lines, none of which is a name. */
export function readDotenv(text: string): FileFacts {
  const lines = text.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*("(?:\\[^]|[^\\"])*"|'[^']*'|.*)/gm)
  return readVariables([...lines].map(([, name = '', value = '']) => [name, value]))
}
