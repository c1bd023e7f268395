import { parseListen, serveConfig, type ServeOptions } from '@hale/contract'
import { createHealth, type Health, type HealthOptions, type Registrable } from 'hale'
import { allow } from 'hale/http/allow'
import { createHandler, type HandlerOptions } from 'hale/http/handler'
import type { ConfigPath } from '../config/problem.ts'
import type { Environment } from '../config/source.ts'
import { validate } from '../config/validate.ts'
import { loadFormats } from './load-formats.ts'
import { makeChecks } from './make-checks.ts'
import { readExporters, type NamedExporter } from './read-exporters.ts'
import { beginReading, type Reading } from './reading.ts'
import { isMapping, refuseSetup } from './refuse.ts'

export interface OpenServeOptions extends Pick<HealthOptions, 'mode' | 'logger'> {
  /** Name of the file, for problems. */
  readonly file: string
  /** Variables for `${NAME}`. */
  readonly env: Environment
  /** Whether a package by which a check asks is there. */
  readonly isInstalled: (name: string) => boolean
}

/** What a file for `hale serve` says, with its checks at work. Whoever opens it closes the health. */
export interface Served {
  readonly health: Health
  /** Names of the checks with what each asks, as in the file. */
  readonly checks: readonly { readonly name: string; readonly type: string }[]
  /** Not yet at work. */
  readonly exporters: readonly NamedExporter[]
  readonly handler: HandlerOptions & { readonly basePath: string }
  /** Undefined: all addresses. */
  readonly host: string | undefined
  readonly port: number
  /** Time that requests under way are given at the end. */
  readonly grace: string
}

export const SERVE_DEFAULTS: Readonly<Record<'listen' | 'path' | 'drainWait' | 'grace', string>> = Object.freeze({
  listen: '127.0.0.1:8481',
  path: '/health',
  drainWait: '5s',
  grace: '20s',
})

/**
 * Reads the text of a file for `hale serve`, makes its checks and, in the mode `background`, starts them.
 *
 * @throws {ConfigError} naming everything that is wrong, each with line, column and, where one is near, what was meant
 */
export async function openServe(text: string, options: OpenServeOptions): Promise<Served> {
  const reading = beginReading(text, options.file, options.env)
  refuseOtherHalf(reading)
  validate(serveConfig, reading.value ?? {}, [], reading.refuse)
  const given = (isMapping(reading.value) ? reading.value : {}) as {
    readonly serve?: ServeOptions
    readonly checks?: unknown
    readonly exporters?: unknown
  }
  const { isInstalled } = options
  const made = await makeChecks(isMapping(given.checks) ? given.checks : {}, reading, isInstalled)
  const exporters = await readExporters(isMapping(given.exporters) ? given.exporters : {}, reading, isInstalled)
  reading.stopIfWrong()

  const { serve = {} } = given
  const health = start(serve, made, reading, options)
  const handler = await handlerOptions(serve, health).catch(async (error: unknown) => {
    await health.close()
    refuseSetup(error, reading, (_check, field) => serveField(field))
    reading.stopIfWrong()
    throw error
  })
  const place = parseListen(serve.listen ?? SERVE_DEFAULTS.listen)
  return {
    health,
    checks: Object.keys(made).map((name) => ({ name, type: typeOf(given.checks, name) })),
    exporters,
    handler,
    host: place?.host,
    port: place?.port ?? 0,
    grace: serve.grace ?? SERVE_DEFAULTS.grace,
  }
}

/** @throws {HealthSetupError} when a path, key or range is malformed. */
async function handlerOptions(serve: ServeOptions, health: Health): Promise<Served['handler']> {
  const { addresses = [], formats, keys = [], path = SERVE_DEFAULTS.path, trustProxy = [] } = serve
  const loaded = formats && (await loadFormats(formats))
  const options = {
    basePath: path,
    keys: keys as NonNullable<HandlerOptions['keys']>,
    ...(addresses.length === 0 ? {} : { access: allow({ addresses, trustProxy }) }),
    ...(loaded === undefined ? {} : { formats: loaded }),
  }
  createHandler(health, options)
  return options
}

function start(
  { drainWait = SERVE_DEFAULTS.drainWait, service, version }: ServeOptions,
  checks: Readonly<Record<string, Registrable>>,
  reading: Reading,
  { logger, mode = 'background' }: OpenServeOptions,
): Health {
  const who = service === undefined ? {} : { service: { name: service, ...(version === undefined ? {} : { version }) } }
  try {
    return createHealth({ checks, mode, drainWait, ...who, ...(logger === undefined ? {} : { logger }) })
  } catch (error) {
    refuseSetup(error, reading, (check, field) => (check === undefined ? ['serve', field] : ['checks', check, field]))
    reading.stopIfWrong()
    throw error
  }
}

/** The library's word for an option of the handler, in the file: `access.addresses[1]`, `keys[0] (ops)`, `basePath`. */
function serveField(field: string): ConfigPath {
  const [, name = '', index] = /^(?:access\.)?(\w+)(?:\[(\d+)\])?/.exec(field) ?? []
  const key = name === 'basePath' ? 'path' : name
  return index === undefined ? ['serve', key] : ['serve', key, Number(index)]
}

/** The monitor lives elsewhere and has other secrets, so that what it watches is not in the file of a process beside an app. */
function refuseOtherHalf({ value, refuse, stopIfWrong }: Reading): void {
  if (!isMapping(value) || !('targets' in value)) return
  refuse(['targets'], 'is what "hale up" watches; what "hale serve" checks is a file of its own', { at: 'key' })
  stopIfWrong()
}

function typeOf(checks: unknown, name: string): string {
  const check = isMapping(checks) ? checks[name] : undefined
  return isMapping(check) ? String(check['type']) : ''
}
