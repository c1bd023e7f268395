import { redact } from 'hale'
import { safeLine } from './safe-line.ts'

/** Where in the config: keys and indices from the outside in. */
export type ConfigPath = readonly (string | number)[]

/** One thing wrong with a config file, with the place where a person mends it. */
export interface ConfigProblem {
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
  /** `targets[1].every`; empty for the whole file. */
  readonly path: string
  readonly message: string
  /** What was probably meant. */
  readonly suggestion?: string
}

/** Notes one problem. `at: 'key'` points at the key itself, not at its value. */
export type Refuse = (
  path: ConfigPath,
  message: string,
  options?: { readonly suggestion?: string | undefined; readonly at?: 'key' | 'value' },
) => void

/** Nobody reads on after so many. */
const MAX_SHOWN = 100

/** A config file that cannot be used, with everything that is wrong with it. Its message prints as a compiler's does. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly ConfigProblem[]

  constructor(file: string, text: string, problems: readonly ConfigProblem[]) {
    const lines = text.split(/\r?\n/)
    const shown = problems.slice(0, MAX_SHOWN).map((problem) => show(file, lines, problem))
    if (problems.length > MAX_SHOWN) shown.push(`… and ${problems.length - MAX_SHOWN} more`)
    super(shown.join('\n'))
    this.problems = problems
  }
}

/** Writes a path as code would: `targets[1].every`. */
export function formatPath(path: ConfigPath): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '')
}

/** As they stand in the file. */
export function inOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column)
}

function show(
  file: string,
  lines: readonly string[],
  { line, column, path, message, suggestion }: ConfigProblem,
): string {
  const meant = suggestion === undefined ? '' : `; did you mean "${suggestion}"?`
  const what = `${redact(message)}${meant}`
  const head = `${file}:${line}:${column}  ${path === '' ? '' : `${redact(path)}: `}${what}`
  const source = lines[line - 1]
  if (source === undefined || source.trim() === '' || column > MAX_WIDTH) return head
  const shown = safeLine(lines, line - 1)
  const gutter = String(line).padStart(5)
  const cut = shown.length > MAX_WIDTH ? `${shown.slice(0, MAX_WIDTH)}…` : shown
  const pointed = `${head}\n${gutter} | ${cut}`
  const at = placeIn(shown, source, column - 1)
  if (at === undefined || at >= MAX_WIDTH) return pointed
  // Tabs stay in the margin, so that the caret stands below what it points at.
  const margin = shown.slice(0, at).replaceAll(/[^\t]/g, ' ')
  const width = Math.max(1, /^(?:"[^"]*"|'[^']*'|[^\s:,]+)/.exec(shown.slice(at))?.[0].length ?? 1)
  const caret = '^'.repeat(Math.min(width, MAX_WIDTH - at))
  return `${pointed}\n${' '.repeat(5)} | ${margin}${caret}`
}

/** Where what is pointed at stands in a line of which secrets were taken out; undefined when it may be one of them. */
function placeIn(shown: string, source: string, at: number): number | undefined {
  if (shown.startsWith(source.slice(0, at))) return at
  const rest = source.slice(at)
  return shown.endsWith(rest) ? shown.length - rest.length : undefined
}

const MAX_WIDTH = 120
