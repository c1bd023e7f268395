import type { Health } from '../core/health.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { haleFormat } from '../formats/hale.ts'
import { healthJsonFormat } from '../formats/health-json.ts'
import { negotiateFormat, type Formats } from '../formats/negotiate.ts'
import { createAccess, type AccessOptions } from './access.ts'
import { METHOD_NOT_ALLOWED, NOT_FOUND, type Answer } from './answer.ts'
import { Endpoint } from './endpoint.ts'
import type { Key } from './keys.ts'
import { MaintenanceEndpoint } from './maintenance-endpoint.ts'
import type { HandlerRequest } from './request.ts'
import { may, type Tier } from './tier.ts'
import { answerRequest, toResponse } from './web.ts'

export type { HandlerRequest } from './request.ts'

export interface HandlerOptions {
  /**
   * Keys that open the whole report: as they are, or as `sha256:` and the digest in hexadecimal digits, or with a scope
   * and an end of their own. Several at once for rotation. Undefined and empty ones are passed over. Default none:
   * everybody sees the status only.
   */
  readonly keys?: readonly Key[]
  /** Ways in besides keys: a verifier of your own, mutual TLS, addresses. */
  readonly access?: AccessOptions
  /** Path of the aggregate; the other endpoints lie below it. Default `/health`. */
  readonly basePath?: string
  /**
   * What is answered with: the first, unless a request's `Accept` prefers another of them by name; a list of one is fixed.
   * Default: Hale's own JSON, and `application/health+json` for who asks for it.
   */
  readonly formats?: Formats
}

const DEFAULT_FORMATS: Formats = [haleFormat, healthJsonFormat]

/** Answers health requests, whatever server they come by. */
export interface Handler {
  /** The answer, at once when it is known; undefined when the path is not one of health's. */
  answer(request: HandlerRequest): Answer | Promise<Answer> | undefined
  /** For servers that speak Web `Request` and `Response`: Deno, Bun, Workers, Hono, Next.js. Other paths are 404. */
  readonly fetch: (request: Request) => Promise<Response>
}

/**
 * Serves the aggregate at the base path, the probes at `/live`, `/ready` and `/startup` below it, and single checks at
 * `/checks/:name`. Without a key it says the status and no more (E10); with one, the whole report. Who may control begins
 * and ends maintenance at `/maintenance`.
 *
 * @throws {HealthSetupError} when an option is malformed.
 */
export function createHandler(health: Health, options: HandlerOptions = {}): Handler {
  const { access: ways = {}, basePath = '/health', formats = DEFAULT_FORMATS, keys = [] } = options
  if (!/^(?:\/[\w.~-]+)+$/.test(basePath)) {
    const message = `${JSON.stringify(basePath)} is not a path such as "/health", without a slash at its end`
    throw new HealthSetupError([{ field: 'basePath', message }])
  }
  const access = createAccess(keys, ways, health.clock)
  const below = `${basePath}/`
  const maintenancePath = `${basePath}/maintenance`
  const maintenance = new MaintenanceEndpoint(health)
  const checksPath = `${basePath}/checks/`
  const endpoints = new Map([
    [basePath, new Endpoint(health, 'all')],
    [`${basePath}/live`, new Endpoint(health, 'live')],
    [`${basePath}/ready`, new Endpoint(health, 'ready')],
    [`${basePath}/startup`, new Endpoint(health, 'startup')],
  ])

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

  const answer = (request: HandlerRequest): Answer | Promise<Answer> | undefined => {
    const { header, method, path: target } = request
    // In front of an app most are the app's.
    if (target.startsWith('/') && !target.startsWith(basePath)) return undefined
    const path = endpoints.has(target) ? target : toPath(target)
    if (path !== basePath && !path.startsWith(below)) return undefined
    if (path === maintenancePath) {
      const tier = access.tierOf(request)
      return tier instanceof Promise
        ? tier.then((known) => maintenance.answer(request, known))
        : maintenance.answer(request, tier)
    }
    const endpoint = find(path)
    if (endpoint === undefined) return NOT_FOUND
    if (method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS') return METHOD_NOT_ALLOWED
    const respond = (tier: Tier): Answer | Promise<Answer> => {
      const answers = endpoint.answers(negotiateFormat(header('accept'), formats), may(tier, 'report'), header)
      return answers instanceof Promise ? answers.then((known) => known[method]) : answers[method]
    }
    const tier = access.tierOf(request)
    return tier instanceof Promise ? tier.then(respond) : respond(tier)
  }

  const fetch = async (request: Request): Promise<Response> =>
    answerRequest({ answer }, request) ?? toResponse(request.method, NOT_FOUND)

  return { answer, fetch }
}

/** The path of a request target, in origin or absolute form, without query and slashes at its end (E14). */
function toPath(target: string): string {
  const origin = target.startsWith('/') ? '' : (/^https?:\/\/[^/?#]*/i.exec(target)?.[0] ?? '')
  const query = target.slice(origin.length).search(/[?#]/)
  let end = query < 0 ? target.length : origin.length + query
  while (target[end - 1] === '/') end--
  return target.slice(origin.length, end)
}
