import { config as schema } from '@hale/contract'
import type { MonitorConfig } from './monitor-config.ts'
import { beginReading } from './reading.ts'
import { resolveConfig, type ChannelSchemas } from './resolve-config.ts'
import type { Environment } from './source.ts'
import { suggest } from 'hale/core/suggest'
import { usableConfig } from './usable-config.ts'
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
  const reading = beginReading(text, file, env)
  if (isServeFile(reading.value)) {
    reading.refuse([], 'this is a file for hale serve: it has no "targets" for hale up to watch')
    reading.stopIfWrong()
  }
  validate(schema, reading.value ?? {}, [], reading.refuse)
  const config = resolveConfig(usableConfig(reading), { file, schemas: channelSchemas, reading })
  reading.stopIfWrong()
  return config
}

/** Whether it is what `hale serve` reads: it says what to check and nothing to watch. */
export function isServeFile(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || 'targets' in value) return false
  return Object.keys(value).some(
    (key) => key === 'serve' || key === 'exporters' || suggest(key, ['checks', 'serve']) === 'checks',
  )
}
