import { ConfigError, formatPath, inOrder, type ConfigPath, type ConfigProblem, type Refuse } from './problem.ts'
import { readSource, type Environment } from './source.ts'

/** A file that is being read, with what was found to be wrong with it so far. */
export interface Reading {
  readonly value: unknown
  /** Notes a problem, one a place. What holds a variable that is missing is passed over: it cannot be judged. */
  readonly refuse: Refuse
  /**
   * Notes a problem that was found with the rest, after what was refused had been left out. Passed over where anything at,
   * above or below the place was refused or holds a variable that is missing: it may come of just that.
   */
  readonly refuseFurther: Refuse
  /** Whether the value cannot be used as it stands: something in it was refused, or holds a variable that is missing. */
  readonly isBad: (path: ConfigPath) => boolean
  /** @throws {ConfigError} when anything was refused. */
  readonly stopIfWrong: () => void
}

/** How deep a value is searched for variables that are missing: `serve.keys` holds mappings that hold a `key`. */
const DEEP = 3

/** @throws {ConfigError} when it is no YAML: then nothing more can be said. */
export function beginReading(text: string, file: string, env: Environment): Reading {
  const source = readSource(text, env)
  const problems: ConfigProblem[] = [...source.problems]
  const places = new Set<string>()
  const refused = new Set<string>()
  /** Values that were refused, and everything above them. */
  const spoilt = new Set<string>()

  const isOpen = (value: unknown, deep: number): boolean =>
    typeof value === 'object' && value !== null
      ? deep > 0 && Object.values(value).some((each) => isOpen(each, deep - 1))
      : source.open.has(value)
  const isOpenAt = (path: ConfigPath, deep: number): boolean =>
    source.open.size > 0 && isOpen(valueAt(source.value, path), deep)

  const refuse: Refuse = (path, message, { suggestion, at = 'value' } = {}) => {
    const place = formatPath(path)
    if (at === 'value') {
      refused.add(place)
      for (let length = 0; length <= path.length; length++) spoilt.add(formatPath(path.slice(0, length)))
    }
    if (places.has(`${at} ${place}`) || (at === 'value' && isOpenAt(path, 0))) return
    places.add(`${at} ${place}`)
    const meant = suggestion === undefined ? {} : { suggestion }
    problems.push({ ...source.locate(path, at), path: place, message, ...meant })
  }
  const isBad: Reading['isBad'] = (path) => spoilt.has(formatPath(path)) || isOpenAt(path, DEEP)
  const isBelowBad = (path: ConfigPath): boolean =>
    path.some((_, index) => refused.has(formatPath(path.slice(0, index + 1))))
  const stopIfWrong = (): void => {
    if (problems.length > 0) throw new ConfigError(file, text, inOrder(problems))
  }
  if (source.value === undefined) stopIfWrong()
  return {
    value: source.value,
    refuse,
    refuseFurther: (path, message, options) => {
      if (!isBad(path) && !isBelowBad(path)) refuse(path, message, options)
    },
    isBad,
    stopIfWrong,
  }
}

function valueAt(value: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>(
    (at, part) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, part)
        ? (at as Readonly<Record<string | number, unknown>>)[part]
        : undefined,
    value,
  )
}
