/** What stands where a template has something that cannot be known from its values. */
export const UNKNOWN = '?template?'

/** `with .Values.x`, and `toYaml .` in it, before anything else opens or ends. */
const WITH =
  /\{\{-?\s*with\s+(\.Values\.[\w.]+)\s*-?\}\}((?:(?!\{\{-?\s*(?:with|range|if|end)\b).)*?\{\{-?\s*toYaml\s+)\.(?=\s*\|)/gs

/**
 * A template of Helm as YAML, as far as it can be known without running it: actions on a line of their own are left out, so
 * both ways of an `if` are there; `.Values.x` is its value, `toYaml .Values.x | nindent 8` the block that it stands for, and
 * `toYaml .` below `with .Values.x` the same.
 *
 * @param values the chart's values.yaml.
 */
export function fillTemplate(text: string, values: unknown): string {
  return text
    .replaceAll(/\{\{-?\s*\/\*.*?\*\/\s*-?\}\}/gs, '')
    .replaceAll(WITH, '$2$1')
    .replaceAll(
      /^([^\n]*?)\{\{-?\s*toYaml\s+\.Values\.([\w.]+)\s*\|\s*n?indent\s+(\d+)\s*-?\}\}/gm,
      (_, before, path, depth) => {
        const found: unknown = lookUp(values, String(path))
        const block = `\n${' '.repeat(Number(depth))}${JSON.stringify(found ?? null)}`
        return found === undefined ? String(before) : `${String(before).trimEnd()}${block}`
      },
    )
    .replaceAll(/^[ \t]*(?:\{\{[^}]*\}\}[ \t]*)+$/gm, '')
    .replaceAll(/\{\{([^{}]*)\}\}/g, (_, action) =>
      valueOf(
        String(action)
          .replaceAll(/^-\s|\s-$/g, '')
          .trim(),
        values,
      ),
    )
}

function valueOf(action: string, values: unknown): string {
  const [, path] = /^\(?\s*\.Values\.([\w.]+)/.exec(action) ?? []
  const [, quoted, plain] = /\bdefault\s+(?:"([^"]*)"|([\w./-]+))/.exec(action) ?? []
  const found = path === undefined ? undefined : lookUp(values, path)
  const value = found ?? quoted ?? plain
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : UNKNOWN
}

function lookUp(values: unknown, path: string): unknown {
  let at = values
  for (const key of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = (at as Readonly<Record<string, unknown>>)[key]
  }
  return at
}
