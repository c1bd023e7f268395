import { config as schema, type Config } from '@hale/contract'
import type { MonitorConfig } from './monitor-config.ts'
import { ConfigError, formatPath, inOrder, type ConfigPath, type ConfigProblem, type Refuse } from './problem.ts'
import { resolveConfig, type ChannelSchemas } from './resolve-config.ts'
import { readSource, type Environment } from './source.ts'
import { validate } from './validate.ts'

export interface ParseOptions {
  /** Name of the file: it is printed with problems, and relative paths begin at its folder. */
  readonly file: string
  /** Variables for `${NAME}`. */
  readonly env: Environment
  /** The options that each kind of channel takes: `channelSchemas` of `channels/index.ts`. */
  readonly channelSchemas: ChannelSchemas
}

/**
 * Reads the text of a config file (YAML or JSON) and fills in every default.
 *
 * @throws {ConfigError} naming everything that is wrong, each with line, column and, where one is near, what was meant
 */
export function parseConfig(text: string, { file, env, channelSchemas }: ParseOptions): MonitorConfig {
  const source = readSource(text, env)
  const problems: ConfigProblem[] = [...source.problems]
  const bad = new Set<string>()
  const refuse: Refuse = (path, message, { suggestion, at = 'value' } = {}) => {
    const meant = suggestion === undefined ? {} : { suggestion }
    problems.push({ ...source.locate(path, at), path: formatPath(path), message, ...meant })
    // A key too many leaves the rest as good as it was.
    if (at === 'value') bad.add(partOf(path))
  }
  // Without values for its variables, or as no YAML at all, the rest cannot be judged.
  if (problems.length > 0) throw new ConfigError(file, text, inOrder(problems))

  if (isServeFile(source.value)) {
    refuse([], 'this is a file for hale serve: it has "checks", and no "targets" for hale up to watch')
    throw new ConfigError(file, text, problems)
  }

  validate(schema, source.value ?? {}, [], refuse)
  const given = withoutBad(source.value, bad)
  if (given !== undefined) {
    const config = resolveConfig(given, { file, schemas: channelSchemas, refuse })
    if (problems.length === 0) return config
  }
  throw new ConfigError(file, text, inOrder(problems))
}

/** The part of a config that stands or falls by itself: a section, or one target or channel. */
function partOf(path: ConfigPath): string {
  return formatPath(path.slice(0, path[0] === 'targets' || path[0] === 'channels' ? 2 : 1))
}

/** The parts that passed the schema, which transforms nothing: what passed is of the schema's type. */
function withoutBad(value: unknown, bad: ReadonlySet<string>): Parameters<typeof resolveConfig>[0] | undefined {
  if (typeof value !== 'object' || value === null || bad.has('')) return undefined
  const sections = Object.entries(value).filter(([name]) => !bad.has(name))
  const { targets = [], channels, ...rest } = Object.fromEntries(sections) as Partial<Config>
  const good = <T>(list: readonly T[], name: string): (T | undefined)[] =>
    list.map((item, index) => (bad.has(`${name}[${index}]`) ? undefined : item))
  const unread = bad.has('channels') ? [undefined] : undefined
  return { ...rest, targets: good(targets, 'targets'), channels: channels ? good(channels, 'channels') : unread }
}

/** Whether it is what `hale serve` reads: it says what to check and nothing to watch. */
export function isServeFile(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'checks' in value && !('targets' in value)
}
