import { open } from 'node:fs/promises'
import { formatObserved } from 'hale'
import { channelSchemas } from '../channels/index.ts'
import type { MonitorConfig } from './monitor-config.ts'
import { parseConfig } from './parse-config.ts'
import { ConfigError } from './problem.ts'
import type { Environment } from './source.ts'

/** Largest config file (S9). */
const MAX_BYTES = 5 * 1024 * 1024

/**
 * Reads and checks the monitor's config file.
 *
 * @throws {ConfigError} if it is too large or something in it is wrong
 * @throws the file system's own error if it cannot be read
 */
export async function loadConfig(path: string, env: Environment): Promise<MonitorConfig> {
  return parseConfig(await readConfigText(path), { file: path, env, channelSchemas })
}

/**
 * Reads the text of a config file.
 *
 * @throws {ConfigError} if it is too large
 * @throws the file system's own error if it cannot be read
 */
export async function readConfigText(path: string): Promise<string> {
  await using file = await open(path)
  const { size } = await file.stat()
  if (size > MAX_BYTES) {
    const message = `is ${formatObserved({ value: size, unit: 'bytes' })} long; ${formatObserved({ value: MAX_BYTES, unit: 'bytes' })} is the most`
    throw new ConfigError(path, '', [{ line: 1, column: 1, path: '', message }])
  }
  return await file.readFile('utf8')
}
