import { parseListen, serveConfig, serveOptions, type ServeOptions } from '@hale/contract'
import { createHealth, type Health, type HealthOptions } from 'hale'
import { allow } from 'hale/http/allow'
import { createHandler, type HandlerOptions } from 'hale/http/handler'
import type { ConfigPath } from '../config/problem.ts'
import { beginReading, type Reading } from '../config/reading.ts'
import type { Environment } from '../config/source.ts'
import { validate } from '../config/validate.ts'
import { loadFormats } from './load-formats.ts'
import { makeChecks, toRegistrations } from './make-checks.ts'
import { readExporters, type NamedExporter } from './read-exporters.ts'
import { toGiven, type Given } from './given.ts'
import { isMapping, refuseSetup, type Mapping } from './refuse.ts'

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
  const given = isMapping(reading.value) ? reading.value : {}
  const section = (name: string): Mapping => (isMapping(given[name]) ? given[name] : {})
  const { isInstalled } = options
  const made = await makeChecks(section('checks'), reading, isInstalled)
  const exporters = await readExporters(section('exporters'), reading, isInstalled)
  await tryEndpoints(section('serve'), reading)
  reading.stopIfWrong()

  const serve = toGiven(serveOptions, section('serve')) as ServeSection
  const health = createHealth({ checks: await toRegistrations(made), ...healthOptions(serve), ...modeOf(options) })
  const place = parseListen(serve.listen ?? SERVE_DEFAULTS.listen)
  return {
    health,
    checks: made.map(({ name }) => ({ name, type: typeOf(given['checks'], name) })),
    exporters,
    handler: await handlerOptions(serve),
    host: place?.host,
    port: place?.port ?? 0,
    grace: serve.grace ?? SERVE_DEFAULTS.grace,
  }
}

type ServeSection = Given<ServeOptions>

/** Notes what is wrong with the endpoints that a schema cannot see, by endpoints that nobody asks. */
async function tryEndpoints(section: Mapping, reading: Reading): Promise<void> {
  const { isBad } = reading
  const listed = toGiven(serveOptions, section)
  /** What was refused in a list is stood in for, so that the others keep their places. */
  const list = (key: string, stand: string): readonly string[] => {
    const items = listed[key]
    if (!Array.isArray(items)) return []
    return items.map((item, index) => (isBad(['serve', key, index]) ? stand : (item as string)))
  }
  const { path } = section
  await using health = createHealth({ mode: 'on-request' })
  const attempts = [
    () => createHandler(health, { basePath: typeof path === 'string' ? path : SERVE_DEFAULTS.path }),
    // Empty keys are passed over.
    () => createHandler(health, { keys: list('keys', '') }),
    () => allow({ addresses: list('addresses', '127.0.0.1'), trustProxy: list('trustProxy', '127.0.0.1') }),
  ]
  for (const attempt of attempts) {
    try {
      attempt()
    } catch (error) {
      refuseSetup(error, reading, (_check, field) => serveField(field, section))
    }
  }
}

async function handlerOptions(serve: ServeSection): Promise<Served['handler']> {
  const { addresses = [], formats, keys = [], path = SERVE_DEFAULTS.path, trustProxy = [] } = serve
  const loaded = formats && (await loadFormats(formats))
  return {
    basePath: path,
    keys: keys as NonNullable<HandlerOptions['keys']>,
    ...(addresses.length === 0 ? {} : { access: allow({ addresses, trustProxy }) }),
    ...(loaded === undefined ? {} : { formats: loaded }),
  }
}

function healthOptions({ drainWait = SERVE_DEFAULTS.drainWait, service, version }: ServeSection): HealthOptions {
  if (service === undefined) return { drainWait }
  return { drainWait, service: { name: service, ...(version === undefined ? {} : { version }) } }
}

function modeOf({ logger, mode = 'background' }: OpenServeOptions): Pick<HealthOptions, 'mode' | 'logger'> {
  return { mode, ...(logger === undefined ? {} : { logger }) }
}

/** The library's word for an option of the handler, in the file: `access.addresses[1]`, `keys[0] (ops)`, `basePath`. */
function serveField(field: string, section: Mapping): ConfigPath {
  const [, name = '', index] = /^(?:access\.)?(\w+)(?:\[(\d+)\])?/.exec(field) ?? []
  const key = name === 'basePath' ? 'path' : name
  return index === undefined || !Array.isArray(section[key]) ? ['serve', key] : ['serve', key, Number(index)]
}

/** The monitor lives elsewhere and has other secrets, so that what it watches is not in the file of a process beside an app. */
function refuseOtherHalf({ value, refuse, stopIfWrong }: Reading): void {
  if (!isMapping(value) || !('targets' in value)) return
  refuse(['targets'], 'is what "hale up" watches; what "hale serve" checks is a file of its own', { at: 'key' })
  if (!('checks' in value)) stopIfWrong()
}

function typeOf(checks: unknown, name: string): string {
  const check = isMapping(checks) ? checks[name] : undefined
  return isMapping(check) ? String(check['type']) : ''
}
