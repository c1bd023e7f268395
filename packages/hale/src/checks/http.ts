import { defineCheck, type CheckContext, type DependencyCheck } from '../core/check.ts'
import { formatBytes } from '../core/figures.ts'
import { unhealthy, type Result } from '../core/result.ts'
import { isObject, isWhole, oneOf, optional, textRule, textsRule, type Rules } from '../core/rules.ts'
import type { HttpTls } from './support/http-exchange.ts'
import { HttpVisitor, type HttpAnswer, type HttpVisit } from './support/http-visitor.ts'
import { findInJson, isJsonPath, isJsonValue, parseJson, type JsonValue } from './support/json-path.ts'
import { refuseMisuse } from './support/misuse.ts'
import { bytesRule, trustRule, urlOfProtocol } from './support/network-rules.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './support/response-time.ts'
import { visitInTime } from './support/visit-in-time.ts'

export type { JsonValue } from './support/json-path.ts'

/** A status code, or a range of them: `200`, `200-299`. */
export type StatusRange = number | `${number}-${number}`

export interface HttpOptions extends TimeLimits {
  /** `http:` or `https:`; user and password in it are sent as basic authentication. */
  readonly url: string | URL
  /** `GET`, `HEAD`, `OPTIONS` or `POST`, without a body. Default `GET`. */
  readonly method?: 'GET' | 'HEAD' | 'OPTIONS' | 'POST'
  /** Headers to send besides Hale's own, to the host of `url` only and not to where a redirect leads. Default: none. */
  readonly headers?: Readonly<Record<string, string>>
  /** The status codes that are right, and ranges of them. Default `['200-299']`. */
  readonly status?: readonly StatusRange[]
  /** Headers that the answer must have, by name, and text that their values must contain. Default: none. */
  readonly answerHeaders?: Readonly<Record<string, string>>
  /** Text that the body must contain. Default: the body does not matter. */
  readonly bodyContains?: string
  /** Values that a JSON body must have, by path: `{ 'queues.0.state': 'running' }`. Default: none. */
  readonly json?: Readonly<Record<string, JsonValue>>
  /** Bytes of the body that are read at most. Default 65,536. */
  readonly maxBodyBytes?: number
  /** Redirects that are followed at most (0 to 20), unless their status is one of `status`. Default 3. */
  readonly redirects?: number
  /**
   * Trust and identity for `https:`: `ca`, `cert`, `key`, `passphrase`, `servername`, `rejectUnauthorized`. Default:
   * the system's.
   */
  readonly tls?: HttpTls
}

const RULES: Rules<HttpOptions> = {
  url: urlOfProtocol('http:', 'https:'),
  method: oneOf('GET', 'HEAD', 'OPTIONS', 'POST'),
  headers: textsRule,
  status: optional("a list such as [200, '300-399']", isRanges),
  answerHeaders: textsRule,
  bodyContains: textRule,
  json: (paths) => {
    if (paths === undefined) return false
    if (!isObject(paths) || !Object.values(paths).every(isJsonValue))
      return 'is not an object of paths and plain values'
    return !Object.keys(paths).every(isJsonPath) && 'has a path with an empty part'
  },
  maxBodyBytes: bytesRule,
  redirects: optional('from 0 to 20', (most) => isWhole(most, 0, 20)),
  tls: trustRule,
  ...TIME_LIMITS,
}

/**
 * Asks a URL and judges status, headers, body and time. Keeps one connection alive from run to run (E12). Costs one request
 * per run, and one more per redirect. Sends `health-hop`, so that a Hale service that is asked does not ask back in a circle.
 *
 * Observed: time to the end of the body, in ms. Data: the status code.
 *
 * Codes: `BODY_TOO_LARGE` when what is looked for is not within `maxBodyBytes`. A status in `status` is never followed
 * as a redirect.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function http(options: HttpOptions): DependencyCheck {
  refuseMisuse('http', options, RULES)
  const { status = ['200-299'], maxBodyBytes = 65_536, redirects = 3 } = options
  const ranges = status.map(readRange)
  const client = new HttpVisitor(options.tls)
  const question: Omit<HttpVisit, 'hop'> = {
    url: new URL(options.url),
    method: options.method ?? 'GET',
    headers: options.headers,
    redirects,
    maxBodyBytes,
    isFinal: (code) => ranges.some((range) => range !== undefined && code >= range[0] && code <= range[1]),
  }
  const wanted: Wanted = { ...options, status, maxBodyBytes, isExpected: question.isFinal }
  return defineCheck({
    kind: 'http',
    run: (context) => run(context, client, { ...question, hop: (context.hop ?? 0) + 1 }, wanted),
    close: () => client.close(),
  })
}

interface Wanted extends HttpOptions {
  readonly status: readonly StatusRange[]
  readonly maxBodyBytes: number
  readonly isExpected: (code: number) => boolean
}

function whatToTry(status: number): string {
  if (status >= 300 && status < 400) return 'Ask the address that it leads to.'
  if (status === 401 || status === 403) return 'See which key or right the request lacks.'
  if (status === 404 || status === 410) return 'See whether the path is right.'
  if (status === 405) return 'See which method it takes.'
  return status === 429 ? 'Ask less often, or raise its limit.' : 'See its log.'
}

function isRanges(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((range) => readRange(range) !== undefined)
}

function readRange(range: unknown): readonly [number, number] | undefined {
  const [, from, to = from] = /^(\d{3})(?:-(\d{3}))?$/.exec(String(range)) ?? []
  return from !== undefined && Number(from) <= Number(to) ? [Number(from), Number(to)] : undefined
}

function run(context: CheckContext, client: HttpVisitor, question: HttpVisit, wanted: Wanted): Promise<Result> {
  const { method } = question
  return visitInTime(context, {
    client,
    question,
    late: {
      what: (place) => `No answer to ${method} ${place}`,
      tryThis: 'See whether it is overloaded or hangs, or allow more time.',
    },
    judge: (given, place, ms) => judge(wanted, `${method} ${place}`, given, ms),
  })
}

function judge(wanted: Wanted, what: string, given: HttpAnswer, ms: number): Result {
  const details = { observed: { value: Math.round(ms), unit: 'ms' }, data: { status: given.status } }
  const { isExpected, maxBodyBytes, status } = wanted
  if (!isExpected(given.status)) {
    const message = `${what} answered ${given.status}, expected ${status.join(', ')}. ${whatToTry(given.status)}`
    return unhealthy('HTTP_STATUS', message, details)
  }
  for (const [name, text] of Object.entries(wanted.answerHeaders ?? {})) {
    const value = given.headers[name.toLowerCase()]
    if (value === undefined || !String(value).includes(text)) {
      const message = `${what} answered ${value === undefined ? 'without' : 'another value of'} the header ${name}. See what is in front of it.`
      return unhealthy('HEADER_MISMATCH', message, details)
    }
  }
  const mismatch = findMismatch(wanted, given)
  if (mismatch === undefined) return judgeTime(ms, wanted, what, details.data)
  if (!given.complete) {
    const message = `${what} answered more than ${formatBytes(maxBodyBytes)}, and what was expected is not among them. Raise maxBodyBytes or ask a smaller page.`
    return unhealthy('BODY_TOO_LARGE', message, details)
  }
  return unhealthy('BODY_MISMATCH', `${what} answered ${mismatch}. See what the page says now.`, details)
}

/** What is wrong with a body; names paths and never shows values, which may be anything. */
function findMismatch({ bodyContains, json = {} }: Wanted, { text }: HttpAnswer): string | undefined {
  if (bodyContains !== undefined && !text.includes(bodyContains)) return 'without the expected text'
  const paths = Object.entries(json)
  if (paths.length === 0) return undefined
  const document = parseJson(text)
  if (document === undefined) return 'something that is not JSON'
  const wrong = paths.filter(([path, value]) => findInJson(document.value, path) !== value).map(([path]) => path)
  return wrong.length === 0 ? undefined : `another value than expected at ${wrong.join(', ')}`
}
