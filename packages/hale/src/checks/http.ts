import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { defineCheck, type CheckContext, type DependencyCheck } from '../core/check.ts'
import { resultFromError } from '../core/error-codes.ts'
import { HOP_HEADER } from '../core/hop.ts'
import { unhealthy, type Result } from '../core/result.ts'
import {
  closeHttpAgents,
  createHttpAgents,
  readHttpBody,
  sendHttp,
  type HttpAgents,
  type HttpBody,
  type HttpTls,
} from './support/http-exchange.ts'
import { inTime } from './support/in-time.ts'
import { refuseMisuse } from './support/misuse.ts'
import { judgeTime, timeLimitProblems, type TimeLimits } from './support/response-time.ts'

/** A status code, or a range of them: `200`, `200-299`. */
export type StatusRange = number | `${number}-${number}`

export interface HttpOptions extends TimeLimits {
  /** `http:` or `https:`; user and password in it are sent as basic authentication. */
  readonly url: string | URL
  /** Default `GET`. */
  readonly method?: 'GET' | 'HEAD' | 'OPTIONS' | 'POST'
  /** Headers to send besides Hale's own. */
  readonly headers?: Readonly<Record<string, string>>
  /** The status codes that are right. Default `['200-299']`. */
  readonly status?: readonly StatusRange[]
  /** Text that the body must contain. Default: the body does not matter. */
  readonly bodyContains?: string
  /** Bytes of the body that are read at most. Default 65,536. */
  readonly maxBodyBytes?: number
  /** Redirects that are followed at most (0 to 20), unless their status is one of `status`. Default 3. */
  readonly redirects?: number
  /** Trust and identity for `https:`: `ca`, `cert`, `key`, `servername`, `rejectUnauthorized`. */
  readonly tls?: HttpTls
}

/**
 * Asks a URL and judges status, body and time. Keeps one connection alive from run to run (E12). Costs one request per
 * run, and one more per redirect. Sends `health-hop`, so that a Hale service that is asked does not ask back in a circle.
 *
 * Observed: time to the end of the body, in ms. Data: the status code.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function http(options: HttpOptions): DependencyCheck {
  const { status = ['200-299'], maxBodyBytes = 65_536, redirects = 3 } = options
  const url = URL.canParse(String(options.url)) ? new URL(options.url) : undefined
  const ranges = status.map(readRange)
  refuseMisuse('http', {
    url: (url === undefined || !/^https?:$/.test(url.protocol)) && 'must be a URL that begins with http:// or https://',
    status:
      (ranges.length === 0 || ranges.includes(undefined)) &&
      `${JSON.stringify(status)} is not a list such as [200, '300-399']`,
    maxBodyBytes: !(Number.isInteger(maxBodyBytes) && maxBodyBytes > 0) && `${maxBodyBytes} is not a number of bytes`,
    redirects:
      !(Number.isInteger(redirects) && redirects >= 0 && redirects <= 20) && `${redirects} is not from 0 to 20`,
    ...timeLimitProblems(options),
  })
  const agents = createHttpAgents(options.tls)
  const wanted: Omit<Wanted, 'hop'> = {
    ...options,
    url: url as URL,
    status,
    redirects,
    maxBodyBytes,
    isExpected: (code) => ranges.some((range) => range !== undefined && code >= range[0] && code <= range[1]),
  }
  return defineCheck({
    kind: 'http',
    run: (context) => run(context, { ...wanted, hop: (context.hop ?? 0) + 1 }, agents),
    close: () => closeHttpAgents(agents),
  })
}

interface Wanted extends Omit<HttpOptions, 'url'> {
  readonly url: URL
  readonly status: readonly StatusRange[]
  readonly redirects: number
  readonly maxBodyBytes: number
  readonly hop: number
  readonly isExpected: (code: number) => boolean
}

function readRange(range: StatusRange): readonly [number, number] | undefined {
  const [, from, to = from] = /^(\d{3})(?:-(\d{3}))?$/.exec(String(range)) ?? []
  return from !== undefined && Number(from) <= Number(to) ? [Number(from), Number(to)] : undefined
}

function run(context: CheckContext, wanted: Wanted, agents: HttpAgents): Promise<Result> {
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, context.signal])
  const method = wanted.method ?? 'GET'
  const place = `${wanted.url.origin}${wanted.url.pathname}`
  return inTime(context, answer(context, wanted, agents, signal), () => {
    stop.abort()
    const message = `No answer to ${method} ${place} within ${context.timeoutMs} ms. See whether it is overloaded or hangs, or allow more time.`
    return unhealthy('TIMEOUT', message)
  })
}

async function answer(
  { clock }: CheckContext,
  wanted: Wanted,
  agents: HttpAgents,
  signal: AbortSignal,
): Promise<Result> {
  const startedAt = clock.now()
  let url = wanted.url
  const what = (): string => `${wanted.method ?? 'GET'} ${url.origin}${url.pathname}`
  try {
    for (let redirect = 0; ; redirect++) {
      const response = await sendHttp(
        url,
        { method: wanted.method ?? 'GET', headers: headersFor(url, wanted), signal },
        agents,
      )
      const code = response.statusCode ?? 0
      const next = wanted.isExpected(code) ? undefined : redirectOf(response, url)
      if (next === undefined || redirect === wanted.redirects) {
        const body = await readHttpBody(response, wanted.maxBodyBytes)
        return judge(wanted, what(), code, body, clock.now() - startedAt)
      }
      response.resume()
      url = next
    }
  } catch (error) {
    return resultFromError(error, `${url.origin}${url.pathname}`)
  }
}

/** Where a redirect leads; only to http and https. */
function redirectOf({ statusCode = 0, headers }: IncomingMessage, from: URL): URL | undefined {
  const { location } = headers
  if (![301, 302, 303, 307, 308].includes(statusCode) || location === undefined) return undefined
  if (!URL.canParse(location, from.href)) return undefined
  const to = new URL(location, from)
  return /^https?:$/.test(to.protocol) ? to : undefined
}

/** What the user gave goes to the host that it was given for, and to no other that a redirect names. */
function headersFor(url: URL, wanted: Wanted): OutgoingHttpHeaders {
  const own = { 'user-agent': 'hale', accept: '*/*', 'accept-encoding': 'identity', [HOP_HEADER]: String(wanted.hop) }
  return url.origin === wanted.url.origin ? { ...own, ...wanted.headers } : own
}

function judge(wanted: Wanted, what: string, code: number, body: HttpBody, ms: number): Result {
  const { bodyContains, isExpected, maxBodyBytes, status } = wanted
  const details = { observed: { value: Math.round(ms), unit: 'ms' }, data: { status: code } }
  if (!isExpected(code)) {
    return unhealthy('HTTP_STATUS', `${what} answered ${code}, expected ${status.join(', ')}. See its log.`, details)
  }
  if (bodyContains !== undefined && !body.text.includes(bodyContains)) {
    if (!body.complete) {
      const message = `${what} answered more than ${maxBodyBytes} bytes, and what was expected is not among them. Raise maxBodyBytes or ask a smaller page.`
      return unhealthy('BODY_TOO_LARGE', message, details)
    }
    return unhealthy(
      'BODY_MISMATCH',
      `${what} answered without the expected text. See what the page says now.`,
      details,
    )
  }
  return judgeTime(ms, wanted, what, details.data)
}
