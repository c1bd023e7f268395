import { existsSync } from 'node:fs'
import { loadConfig } from '../config/load-config.ts'
import type { MonitorConfig } from '../config/monitor-config.ts'
import { DEFAULT_FILE, UsageError } from './usage.ts'

/**
 * Reads the configuration.
 *
 * @throws {UsageError} when there is no such file
 * @throws {ConfigError} when something in it is wrong
 */
export async function readConfig(file: string | undefined, env: NodeJS.ProcessEnv): Promise<MonitorConfig> {
  const path = file ?? DEFAULT_FILE
  if (existsSync(path)) return await loadConfig(path, env)
  if (file !== undefined) throw new UsageError(`There is no ${file}.`)
  throw new UsageError(`There is no ${DEFAULT_FILE} here. Three lines make one:

  targets:
    - https://example.com/health
    - tcp://127.0.0.1:5432

Save them as ${DEFAULT_FILE}, with addresses of your own, and run: hale up`)
}
