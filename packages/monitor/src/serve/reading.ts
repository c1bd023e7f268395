import { ConfigError, formatPath, inOrder, type ConfigProblem, type Refuse } from '../config/problem.ts'
import { readSource, type Environment } from '../config/source.ts'

/** A file that is being read, with what was found to be wrong with it so far. */
export interface Reading {
  readonly value: unknown
  readonly refuse: Refuse
  /** How much was refused. */
  readonly count: () => number
  /** @throws {ConfigError} when anything was refused. */
  readonly stopIfWrong: () => void
}

/** @throws {ConfigError} when it is no YAML or a variable is missing: then nothing more can be said. */
export function beginReading(text: string, file: string, env: Environment): Reading {
  const source = readSource(text, env)
  const problems: ConfigProblem[] = [...source.problems]
  const refuse: Refuse = (path, message, { suggestion, at = 'value' } = {}) => {
    const meant = suggestion === undefined ? {} : { suggestion }
    problems.push({ ...source.locate(path, at), path: formatPath(path), message, ...meant })
  }
  const stopIfWrong = (): void => {
    if (problems.length > 0) throw new ConfigError(file, text, inOrder(problems))
  }
  stopIfWrong()
  return { value: source.value, refuse, count: () => problems.length, stopIfWrong }
}
