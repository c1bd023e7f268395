import { checkPolicy, parseListen, serveConfig, type CheckPolicy, type ServeOptions } from '@hale/contract'
import { createHealth, HealthSetupError, type Health, type HealthOptions, type Problem, type Registrable } from 'hale'
import { resolveRegistration } from 'hale/core/defaults'
import { allow } from 'hale/http/allow'
import { createHandler, type HandlerOptions } from 'hale/http/handler'
import type { ConfigPath } from '../config/problem.ts'
import type { Environment } from '../config/source.ts'
import { suggest } from '../config/suggest.ts'
import { validate } from '../config/validate.ts'
import { CHECK_TYPES, NOT_BESIDE_AN_APP } from './check-types.ts'
import { loadFormats } from './load-formats.ts'
import { beginReading, type Reading } from './reading.ts'
import { toWhen } from './when.ts'

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
  const given = (isObject(reading.value) ? reading.value : {}) as {
    readonly serve?: ServeOptions
    readonly checks?: unknown
  }
  const made = await makeChecks(isObject(given.checks) ? given.checks : {}, reading, options)
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

/** Notes what the library refuses; throws on what is no misuse. */
function refuseSetup(
  error: unknown,
  { refuse }: Reading,
  place: (check: string | undefined, field: string) => ConfigPath,
): void {
  if (!(error instanceof HealthSetupError)) throw error
  for (const { check, field, message } of error.problems) refuse(place(check, field), message)
}

type Given = Readonly<Record<string, unknown>>

/** The monitor lives elsewhere and has other secrets, so that what it watches is not in the file of a process beside an app. */
function refuseOtherHalf({ value, refuse, stopIfWrong }: Reading): void {
  if (!isObject(value) || !('targets' in value)) return
  refuse(['targets'], 'is what "hale up" watches; what "hale serve" checks is a file of its own', { at: 'key' })
  stopIfWrong()
}

async function makeChecks(
  given: Given,
  reading: Reading,
  { isInstalled }: OpenServeOptions,
): Promise<Record<string, Registrable>> {
  const made: Record<string, Registrable> = {}
  for (const [name, options] of Object.entries(given)) {
    if (!isObject(options) || typeof options['type'] !== 'string') continue // the schema has said so
    const { type } = options
    const known = Object.hasOwn(CHECK_TYPES, type) ? CHECK_TYPES[type] : undefined
    const path: ConfigPath = ['checks', name]
    if (known === undefined) {
      refuseType(type, path, reading)
      continue
    }
    const missing = known.needs.filter((each) => !isInstalled(each))
    if (missing.length > 0) {
      const [packages, are] = missing.length === 1 ? ['package', 'is'] : ['packages', 'are']
      const message = `asks by the ${packages} ${missing.join(' and ')}, which ${are} not installed; run: npm install ${missing.join(' ')} (beside @hale/monitor, with -g where that is)`
      reading.refuse([...path, 'type'], message)
    }
    if (asksForWindow(options['when']) && !isInstalled('croner')) {
      const message = 'a window needs the package croner, which is not installed; run: npm install croner'
      reading.refuse([...path, 'when'], message)
    }
    const before = reading.count()
    validate(checkPolicy.extend(known.options.shape), options, path, reading.refuse)
    if (reading.count() > before) continue
    const registration = await register(name, options as Given & CheckPolicy, known.make, reading)
    if (registration !== undefined) made[name] = registration
  }
  return made
}

function refuseType(type: string, path: ConfigPath, { refuse }: Reading): void {
  const types = Object.keys(CHECK_TYPES)
  const why = Object.hasOwn(NOT_BESIDE_AN_APP, type) ? NOT_BESIDE_AN_APP[type] : undefined
  if (why !== undefined) refuse([...path, 'type'], `${type} ${why}; there are ${types.join(', ')}`)
  else {
    const message = `there is no check of that type; there are ${types.join(', ')}`
    refuse([...path, 'type'], message, { suggestion: suggest(type, types) })
  }
}

async function register(
  name: string,
  options: Given & CheckPolicy,
  make: (options: unknown) => Promise<unknown>,
  reading: Reading,
): Promise<Registrable | undefined> {
  const [policy, own] = split(options)
  const { when, ...rest } = policy
  try {
    const registration = {
      check: await make(own),
      ...rest,
      ...(when === undefined ? {} : { when: await toWhen(when) }),
    } as Registrable
    const problems: Problem[] = []
    resolveRegistration(name, registration, problems)
    if (problems.length > 0) throw new HealthSetupError(problems)
    return registration
  } catch (error) {
    refuseSetup(error, reading, (_check, field) => placeOf(name, field, options))
    return undefined
  }
}

/** Whether a `when`, of whatever shape, names a window somewhere in it. */
function asksForWindow(when: unknown): boolean {
  if (Array.isArray(when)) return when.some(asksForWindow)
  return isObject(when) && Object.entries(when).some(([key, value]) => key === 'window' || asksForWindow(value))
}

/** What all checks take, and what this one takes. */
function split(options: Given & CheckPolicy): [Omit<CheckPolicy, 'type'>, Given] {
  const policy: Record<string, unknown> = {}
  const own: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(options)) {
    if (key !== 'type') (key in checkPolicy.shape ? policy : own)[key] = value
  }
  return [policy, own]
}

/** The library's word for a field, in the file. */
function placeOf(name: string, field: string, options: Given): ConfigPath {
  const [first = ''] = field.split('.')
  const key = first === 'source' ? ('path' in options ? 'path' : 'url') : first === 'type' ? 'record' : first
  return key === 'name' && !('name' in options) ? ['checks', name] : ['checks', name, key]
}

function typeOf(checks: unknown, name: string): string {
  const check = isObject(checks) ? checks[name] : undefined
  return isObject(check) ? String(check['type']) : ''
}

function isObject(value: unknown): value is Given {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
