import { defineCheck, type CheckContext, type DependencyCheck } from '../core/check.ts'
import { unknown, type Result } from '../core/result.ts'
import { isNames, optional, secretRule, textsRule, type Rules } from '../core/rules.ts'
import { isJudged, severity } from '../core/status.ts'
import { readHealthDocument, type HealthDocument } from '../formats/read.ts'
import { cleanText } from '../formats/readers/fields.ts'
import type { HttpTls } from './support/http-exchange.ts'
import { HttpVisitor, type HttpVisit } from './support/http-visitor.ts'
import { refuseMisuse } from './support/misuse.ts'
import { bytesRule, trustRule, urlOfProtocol } from './support/network-rules.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './support/response-time.ts'
import { visitInTime } from './support/visit-in-time.ts'

export interface HealthOptions extends TimeLimits {
  /** Address of the document, `http:` or `https:`; user and password in it are sent as basic authentication. */
  readonly url: string | URL
  /** A key that opens the whole document, sent as `X-API-Key`. Default none: what the public sees. */
  readonly key?: string | undefined
  /** Headers to send besides Hale's own, to the host of `url` only and not to where a redirect leads. Default: none. */
  readonly headers?: Readonly<Record<string, string>>
  /**
   * Names of components that must be in the document. One that is not there, be it that it was renamed or that its key is
   * missing, is nothing that is known to be broken: the check reads `unknown`, `COMPONENT_MISSING`, unless the document says
   * worse of the whole, or that it is in maintenance. Default none: what is no longer there is no longer shown.
   */
  readonly components?: readonly string[]
  /** Bytes of the document that are read at most. Default 1,048,576. */
  readonly maxBodyBytes?: number
  /**
   * Trust and identity for `https:`: `ca`, `cert`, `key`, `passphrase`, `servername`, `rejectUnauthorized`. Default:
   * the system's.
   */
  readonly tls?: HttpTls
}

const ACCEPT = 'application/health+json, application/json;q=0.9, */*;q=0.5'
/** Names of components that a message lists at most. */
const MOST_NAMED = 3

const RULES: Rules<HealthOptions> = {
  url: urlOfProtocol('http:', 'https:'),
  key: secretRule,
  headers: textsRule,
  maxBodyBytes: bytesRule,
  components: optional('a list of names', isNames),
  tls: trustRule,
  ...TIME_LIMITS,
}

/**
 * Asks another service for its health document, whatever its format, and shows its components below this check. Costs one
 * request per run, over a connection that is kept. Sends `health-hop`: a Hale service that is asked starts nothing that would
 * ask back in a circle (E12).
 *
 * It takes over the status of the document. Where that cannot be read, as when it is cut off or a page to sign in came instead, it
 * reads `unknown`, `NOT_A_DOCUMENT`: nothing has been said, neither good nor bad. An HTTP status that says failure is believed
 * without a document.
 *
 * Observed: time to the end of the document, in ms. Data: the format that was read, and how sure that is.
 *
 * Codes: what the document says of its components; the common ones where it gives none.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function health(options: HealthOptions): DependencyCheck {
  refuseMisuse('health', options, RULES)
  const { key, maxBodyBytes = 1_048_576 } = options
  const client = new HttpVisitor(options.tls)
  const question: Omit<HttpVisit, 'hop'> = {
    url: new URL(options.url),
    method: 'GET',
    headers: { ...(key === undefined || key === '' ? {} : { 'x-api-key': key }), ...options.headers },
    accept: ACCEPT,
    redirects: 3,
    maxBodyBytes,
    isFinal: () => false,
  }
  return defineCheck({
    kind: 'health',
    run: (context) => run(context, client, { ...question, hop: (context.hop ?? 0) + 1 }, options),
    close: () => client.close(),
  })
}

function run(context: CheckContext, client: HttpVisitor, question: HttpVisit, wanted: HealthOptions): Promise<Result> {
  return visitInTime(context, {
    client,
    question,
    late: {
      what: (place) => `No health document from ${place}`,
      tryThis: 'See whether it is overloaded or waits for a check of its own.',
    },
    judge({ complete, headers, status, text }, place, ms) {
      const read = { status, contentType: headers['content-type'], body: text, truncated: !complete }
      return judge(readHealthDocument(read), wanted, place, status, ms)
    },
  })
}

function judge(
  { certainty, format, problem, report }: HealthDocument,
  wanted: HealthOptions,
  place: string,
  httpStatus: number,
  ms: number,
): Result {
  const { checks, status } = report
  const data = { status: httpStatus, ...(format === undefined ? {} : { format, certainty }) }
  const details = { observed: { value: Math.round(ms), unit: 'ms' }, data, checks }
  if (format === undefined && severity(status) === 0) {
    const why = problem === undefined ? ', but no health document.' : `. ${problem}`
    const message = `${place} answered ${httpStatus}${why} Correct the URL.`
    return unknown('NOT_A_DOCUMENT', message, details)
  }
  const missing = (wanted.components ?? []).filter((name) => !Object.hasOwn(checks, name))
  if (missing.length > 0 && isJudged(status) && severity(status) < severity('unknown')) {
    const message = `${place} says ${status}, but nothing of ${missing.join(', ')}. See whether it was renamed, or needs a key.`
    return unknown('COMPONENT_MISSING', message, details)
  }
  if (severity(status) === 0) {
    const judged = judgeTime(ms, wanted, `The health document of ${place}`, data)
    return judged.status === 'healthy' ? { ...judged, ...details, status } : { ...judged, checks }
  }
  const wrong = Object.entries(checks).filter(([, each]) => severity(each.status) > 0)
  // In its own words only the first: the rest is in `checks`.
  const named = wrong
    .slice(0, MOST_NAMED)
    .map(([name, { message, status: its }], i) => `${cleanText(name, 60)} is ${its}${i === 0 ? toldBy(message) : ''}`)
  const rest = wrong.length > MOST_NAMED ? ` and ${wrong.length - MOST_NAMED} more` : ''
  const why =
    named.length > 0 ? `: ${named.join(', ')}${rest}` : report.message === undefined ? '' : `: ${report.message}`
  const broken = wrong.some(([, each]) => each.status === 'unhealthy')
  const code = report.code ?? (broken ? 'COMPONENT_UNHEALTHY' : `REPORTED_${status.toUpperCase()}`)
  return { ...details, status, code, message: `${place} says ${status}${why.replace(/\.$/, '')}. See there.` }
}

function toldBy(message: string | undefined): string {
  return message === undefined ? '' : ` (${cleanText(message, 80).replace(/\.$/, '')})`
}
