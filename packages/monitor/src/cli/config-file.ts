import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { channelSchemas } from '../channels/index.ts'
import { CONFIG_DEFAULTS } from '../config/defaults.ts'
import { loadConfig, readConfigText } from '../config/load-config.ts'
import type { MonitorConfig } from '../config/monitor-config.ts'
import { isServeFile, parseConfig } from '../config/parse-config.ts'
import { readSource } from '../config/source.ts'
import { DEFAULT_FILE, UsageError } from './usage.ts'

/**
 * Reads the monitor's configuration.
 *
 * @throws {UsageError} when there is no such file
 * @throws {ConfigError} when something in it is wrong
 */
export async function readConfig(file: string | undefined, env: NodeJS.ProcessEnv): Promise<MonitorConfig> {
  return await loadConfig(
    find(
      file,
      `Three lines make one:

  targets:
    - https://example.com/health
    - tcp://127.0.0.1:5432

Save them as ${DEFAULT_FILE}, with addresses of your own, and run: hale up`,
    ),
    env,
  )
}

/**
 * Reads what `hale up` is to watch: a file, or addresses on the command line, with every default and the store in this folder.
 *
 * @throws {UsageError} when there is no such file, or it is a mix
 * @throws {ConfigError} when something in it is wrong
 */
export async function readWatched(given: readonly string[], env: NodeJS.ProcessEnv): Promise<MonitorConfig> {
  const addresses = given.filter((each) => /^[a-z][a-z0-9+.-]*:\/\//i.test(each))
  if (addresses.length > 0 && addresses.length === given.length) {
    return parseConfig(JSON.stringify({ targets: addresses }), { file: 'command line', env, channelSchemas })
  }
  if (given.length > 1) throw new UsageError('Name one file, or only addresses such as https://shop.example/health.')
  return await readConfig(given[0], env)
}

/**
 * The address of the store that a file names; without a file, of that which `hale up` made in this folder for addresses on its
 * command line.
 *
 * @throws {UsageError} when there is neither
 * @throws {ConfigError} when something in the file is wrong
 */
export async function findStore(file: string | undefined, env: NodeJS.ProcessEnv): Promise<string> {
  if (file !== undefined || existsSync(DEFAULT_FILE)) return (await readConfig(file, env)).store
  const folder = resolve(CONFIG_DEFAULTS.store)
  if (existsSync(folder)) return `sqlite:${folder}`
  throw new UsageError(
    `There is no ${DEFAULT_FILE} here, and no store of hale up. Name the file with --config, or go to the folder in which hale up runs.`,
  )
}

/**
 * Reads the text of a file for `hale serve`.
 *
 * @throws {UsageError} when there is no such file
 * @throws {ConfigError} when it is too large
 */
export async function readServeFile(file: string | undefined): Promise<string> {
  return await readConfigText(
    find(
      file,
      `Four lines make one:

  checks:
    database: { type: postgres, url: 'postgres://127.0.0.1:5432/shop' }
    api: { type: http, url: 'https://example.com/status' }
    disk: { type: disk, path: / }

Save them as ${DEFAULT_FILE}, with addresses of your own, and run: hale serve`,
    ),
  )
}

/** Whether a file is one for `hale serve`; false when it is not there, is no YAML, or is the monitor's. */
export async function isForServe(file: string | undefined): Promise<boolean> {
  const path = file ?? DEFAULT_FILE
  return existsSync(path) && isServeFile(readSource(await readConfigText(path), {}).value)
}

function find(file: string | undefined, begin: string): string {
  const path = file ?? DEFAULT_FILE
  if (existsSync(path)) return path
  if (file !== undefined) throw new UsageError(`There is no ${file}.`)
  throw new UsageError(`There is no ${DEFAULT_FILE} here. ${begin}`)
}
