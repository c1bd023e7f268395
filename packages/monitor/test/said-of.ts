import { ConfigError, type ConfigProblem } from '../src/config/problem.ts'

/** Everything that is said of a file, as `line:column path: message (what was meant?)`. Throws on any other error. */
export function saidOf(error: unknown): readonly string[] {
  if (!(error instanceof ConfigError)) throw error
  return error.problems.map(toLine)
}

function toLine({ column, line, message, path, suggestion }: ConfigProblem): string {
  return `${line}:${column} ${path}: ${message}${suggestion === undefined ? '' : ` (${suggestion}?)`}`
}
