import type { Health } from '../core/health.ts'
import { isObject, isText, optional, refuseOptions, type Rules } from '../core/rules.ts'
import type { Format, LazyFormat } from '../formats/format.ts'
import { haleFormat } from '../formats/hale.ts'
import { lazyHealthJson, lazyHtml, lazyOpenMetrics, lazyPrometheus } from '../formats/lazy.ts'
import { negotiateFormat, type Formats } from '../formats/negotiate.ts'
import { ACCESS_RULES, createAccess, type Ways } from './support/access.ts'
import { METHOD_NOT_ALLOWED, NOT_FOUND, type Answer } from './support/answer.ts'
import { Endpoint } from './support/endpoint.ts'
import type { Key } from './support/keys.ts'
import type { MaintenanceEndpoint } from './support/maintenance-endpoint.ts'
import type { HandlerRequest } from './support/request.ts'
import { may, type Tier } from './support/tier.ts'
import { answerRequest, toResponse } from './support/web.ts'

export type { HandlerRequest } from './support/request.ts'

export interface HandlerOptions {
  /**
   * Keys that open the whole report: as they are, or as `sha256:` and the digest in hexadecimal digits, or with a scope
   * and an end of their own. Several at once for rotation. Undefined and empty ones are passed over. Default none:
   * everybody sees the status only.
   */
  readonly keys?: readonly Key[]
  /** Ways in besides keys: a verifier of your own, mutual TLS, addresses; made by `allow` of `hale/http/allow`. Default none. */
  readonly access?: Ways
  /** Path of the aggregate; the other endpoints lie below it. Default `/health`. */
  readonly basePath?: string
  /**
   * What is answered with: the first, unless a request's `Accept` prefers another of them; a list of one is fixed.
   * Default: Hale's own JSON, and for who asks for it `application/health+json`, OpenMetrics and, for browsers, a page.
   * All but the first are loaded when they are first asked for.
   */
  readonly formats?: Formats
  /** What `/metrics` is answered with. Default: the metrics of the checks; `metricsFormats` of `hale/exporters/prometheus` tells more. */
  readonly metrics?: Formats
}

const DEFAULT_FORMATS: Formats = [haleFormat, lazyHealthJson, lazyOpenMetrics, lazyHtml]
const METRICS_FORMATS: Formats = [lazyPrometheus, lazyOpenMetrics]

/** What is answered where below the base path; the second names are those of Spring and MicroProfile. */
const PATHS = [
  ['all', '', '/metrics'],
  ['live', '/live', '/liveness'],
  ['ready', '/ready', '/readiness'],
  ['startup', '/startup', '/started'],
] as const

const formatsRule = optional(
  'a list of formats',
  (list) => Array.isArray(list) && list.length > 0 && list.every(isObject),
)

export const HANDLER_RULES: Rules<HandlerOptions> = {
  ...ACCESS_RULES,
  basePath: optional(
    'a path such as "/health", without a slash at its end',
    (path) => isText(path) && /^(?:\/[\w.~-]+)+$/.test(path),
  ),
  formats: formatsRule,
  metrics: formatsRule,
}

/** Answers health requests, whatever server they come by. */
export interface Handler {
  /** The answer, at once when it is known; undefined when the path is not one of health's. */
  answer(request: HandlerRequest): Answer | Promise<Answer> | undefined
  /** For servers that speak Web `Request` and `Response`: Deno, Bun, Workers, Hono, Next.js. Other paths are 404. */
  readonly fetch: (request: Request) => Promise<Response>
}

/**
 * Serves the aggregate at the base path, the probes at `/live`, `/ready` and `/startup` below it (as Spring and MicroProfile
 * call them, too: `/liveness`, `/readiness`, `/started`), single checks at `/checks/:name` and metrics at `/metrics`. Without a key it says the status and no more (E10); with one, the whole report. Who may control begins
 * and ends maintenance at `/maintenance`.
 *
 * @throws {HealthSetupError} when an option is malformed.
 */
export function createHandler(health: Health, options: HandlerOptions = {}): Handler {
  refuseOptions(options, HANDLER_RULES)
  const {
    access: ways,
    basePath = '/health',
    formats = DEFAULT_FORMATS,
    keys = [],
    metrics = METRICS_FORMATS,
  } = options
  const access = createAccess(keys, ways, health.clock)
  const below = `${basePath}/`
  const maintenancePath = `${basePath}/maintenance`
  let maintenance: Promise<MaintenanceEndpoint> | undefined
  const checksPath = `${basePath}/checks/`
  const metricsPath = `${basePath}/metrics`
  const endpoints = new Map(
    PATHS.flatMap(([selection, ...paths]) => {
      const endpoint = new Endpoint(health, selection)
      return paths.map((path): [string, Endpoint] => [basePath + path, endpoint])
    }),
  )
  const loaded = new Map<LazyFormat, Format>()
  const load = async (lazy: LazyFormat): Promise<void> => {
    // An app that was shipped without the file still answers.
    loaded.set(lazy, await lazy.load().catch(() => haleFormat))
  }

  // Kept by their plain path, so there are never more than there are checks.
  const find = (path: string): Endpoint | undefined => {
    const known = endpoints.get(path)
    if (known !== undefined || !path.startsWith(checksPath)) return known
    const name = path.slice(checksPath.length)
    if (!health.has(name)) return undefined
    const endpoint = new Endpoint(health, { check: name })
    endpoints.set(path, endpoint)
    return endpoint
  }

  const report = (endpoint: Endpoint, path: string, request: HandlerRequest): Answer | Promise<Answer> => {
    const { header, method, path: target } = request
    if (method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS') return METHOD_NOT_ALLOWED
    const respond = (tier: Tier): Answer | Promise<Answer> => {
      const chosen = negotiateFormat(header('accept'), path === metricsPath ? metrics : formats)
      const format = 'load' in chosen ? loaded.get(chosen) : chosen
      if (format === undefined) return load(chosen as LazyFormat).then(() => respond(tier))
      const detail = may(tier, 'report')
      const query = detail ? queryOf(target, format.parameters) : undefined
      const answers = endpoint.answers({ format, detail, query }, header)
      return answers instanceof Promise ? answers.then((known) => known[method]) : answers[method]
    }
    const tier = access.tierOf(request)
    return tier instanceof Promise ? tier.then(respond) : respond(tier)
  }

  const answer = (request: HandlerRequest): Answer | Promise<Answer> | undefined => {
    const { path: target } = request
    const asked = endpoints.get(target)
    if (asked !== undefined) return report(asked, target, request)
    // In front of an app most are the app's.
    if (target.startsWith('/') && !target.startsWith(basePath)) return undefined
    const path = toPath(target)
    if (path !== basePath && !path.startsWith(below)) return undefined
    if (path === maintenancePath) {
      // Seldom asked for, so that it is loaded when it is.
      maintenance ??= import('./support/maintenance-endpoint.ts').then(
        (module) => new module.MaintenanceEndpoint(health),
      )
      return Promise.all([maintenance, access.tierOf(request)]).then(([loaded, tier]) => loaded.answer(request, tier))
    }
    const endpoint = find(path)
    return endpoint === undefined ? NOT_FOUND : report(endpoint, path, request)
  }

  const fetch = async (request: Request): Promise<Response> =>
    answerRequest({ answer }, request) ?? toResponse(request.method, NOT_FOUND)

  return { answer, fetch }
}

/** The query of a request target, when one of the parameters is in it. */
function queryOf(target: string, parameters: readonly string[] = []): URLSearchParams | undefined {
  const at = target.indexOf('?')
  if (at < 0 || parameters.length === 0) return undefined
  const query = new URLSearchParams(target.slice(at + 1))
  return parameters.some((parameter) => query.has(parameter)) ? query : undefined
}

/** The path of a request target, in origin or absolute form, without query and slashes at its end (E14). */
function toPath(target: string): string {
  const origin = target.startsWith('/') ? '' : (/^https?:\/\/[^/?#]*/i.exec(target)?.[0] ?? '')
  const query = target.slice(origin.length).search(/[?#]/)
  let end = query < 0 ? target.length : origin.length + query
  while (target[end - 1] === '/') end--
  return target.slice(origin.length, end)
}
