import { degraded, formatDuration, formatObserved, healthy, severity, unhealthy, type Result } from 'hale'
import type { HttpExpectation } from '../model.ts'
import type { HttpResponse } from './hop.ts'
import type { Exchange } from './transport.ts'

const DAY_MS = 86_400_000

/** An answer with what it took to get it. */
export interface Answered extends Exchange {
  readonly response: HttpResponse
}

/** What an answer of a plain HTTP target is worth: the worst of what was expected and does not hold. */
export function judgeAnswer(answer: Answered, expected: HttpExpectation, wall: number): Result {
  return worst(judgeStatus(answer, expected), judgeBody(answer, expected), judgeManner(answer, expected, wall)) ?? OK
}

const OK: Result = Object.freeze(healthy())

/** How the answer came, whatever it says: the time it took and the certificate. Undefined when nothing is wrong. */
export function judgeManner(
  { durationMs, certificate, where }: Pick<Exchange, 'durationMs' | 'certificate' | 'where'>,
  { degradedAboveMs = Infinity, unhealthyAboveMs = Infinity, certificateDays }: HttpExpectation,
  wall: number,
): Result | undefined {
  const observed = { value: Math.round(durationMs * 1_000) / 1_000, unit: 'ms' }
  const slow = (limit: number): string =>
    `${where} took ${formatDuration(durationMs)} to answer, limit ${formatDuration(limit)}`
  const speed =
    durationMs > unhealthyAboveMs
      ? unhealthy('SLOW', slow(unhealthyAboveMs), { observed })
      : durationMs > degradedAboveMs
        ? degraded('SLOW', slow(degradedAboveMs), { observed })
        : undefined
  if (certificate === undefined) return speed

  const left = (certificate.validTo - wall) / DAY_MS
  if (left > certificateDays.degraded && left > certificateDays.unhealthy) return speed
  const sayLeft = left < 0 ? 'has expired' : `expires in ${formatDuration(certificate.validTo - wall)}`
  const message = `The certificate of ${where} ${sayLeft}. Renew it.`
  const details = { observed: { value: Math.floor(left * 10) / 10, unit: 'd' } }
  const code = left < 0 ? 'TLS_EXPIRED' : 'TLS_EXPIRES_SOON'
  const life = (left <= certificateDays.unhealthy ? unhealthy : degraded)(code, message, details)
  return worst(speed, life)
}

/** The more severe result; the first of equals. */
export function worst(...results: readonly (Result | undefined)[]): Result | undefined {
  return results.reduce((a, b) =>
    a === undefined || (b !== undefined && severity(b.status) > severity(a.status)) ? b : a,
  )
}

function judgeStatus({ response: { status }, where }: Answered, expected: HttpExpectation): Result | undefined {
  for (const [low, high] of expected.status) if (status >= low && status <= high) return undefined
  const ranges = expected.status.map(([low, high]) => (low === high ? `${low}` : `${low}–${high}`))
  const redirect = status >= 300 && status < 400 && expected.followRedirects > 0
  const note = redirect ? ` It went on redirecting after ${expected.followRedirects}.` : ''
  return unhealthy('HTTP_STATUS', `${where} answered HTTP ${status}, expected ${ranges.join(', ')}.${note}`, {
    observed: { value: status },
  })
}

function judgeBody({ response, where }: Answered, { bodyContains, maxBodyBytes }: HttpExpectation): Result | undefined {
  if (bodyContains === undefined || response.body.includes(bodyContains)) return undefined
  const words = JSON.stringify(bodyContains)
  return response.truncated
    ? unhealthy(
        'BODY_TOO_LARGE',
        `The first ${formatObserved({ value: maxBodyBytes, unit: 'bytes' })} from ${where} do not contain ${words}.`,
      )
    : unhealthy('BODY_MISMATCH', `The body from ${where} does not contain ${words}.`)
}
