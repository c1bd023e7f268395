import { severity, type Code, type KnownCode, type Status } from 'hale'

/** What a sentence about one target needs to know of it. */
export interface Verdict {
  readonly name: string
  readonly status: Status
  /** Wall time at which the status became what it is. */
  readonly since: number
  readonly code: Code | undefined
  readonly message: string | undefined
  /** The component that the trouble comes from, when the target's document names one. */
  readonly culprit:
    | { readonly name: string; readonly code: Code | undefined; readonly message: string | undefined }
    | undefined
}

/** Writes a wall time for a person: `14:02`, or `20 Nov 14:02` on another day. */
export type TellTime = (wall: number) => string

/**
 * Times in the monitor's own zone, as the terminal and the log give them. A page whose reader may sit in another zone
 * renders `since` itself.
 */
export function tellTimeFrom(now: number, timeZone?: string): TellTime {
  const day = new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'short' })
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const today = day.format(now)
  return (wall) => (day.format(wall) === today ? time.format(wall) : `${day.format(wall)} ${time.format(wall)}`)
}

/** One target in words: `unhealthy since 14:02, because postgres-main refused the connection`. */
export function targetSentence(verdict: Verdict, time: TellTime): string {
  if (verdict.code === 'PENDING') return 'not asked yet'
  const cause = because(verdict)
  return `${STATE_IN_WORDS[verdict.status]} since ${time(verdict.since)}${cause === undefined ? '' : `, because ${cause}`}`
}

/**
 * All targets in words: `2 of 14 unhealthy: payments since 14:02, because postgres-main refused the connection; also orders`.
 * The worst comes first, among equals the one that began first: it is the likeliest cause of the others.
 */
export function overviewSentence(verdicts: readonly Verdict[], time: TellTime): string {
  const total = verdicts.length
  if (total === 0) return 'nothing is watched yet'
  const asked = verdicts.filter(({ code }) => code !== 'PENDING')
  if (asked.length === 0)
    return `waiting for the first answer of ${total === 1 ? verdicts[0]?.name : `${total} targets`}`

  const troubled = asked.filter(({ status }) => severity(status) > 0).sort(worstThenOldest)
  const [first, ...others] = troubled
  if (first === undefined) return calm(verdicts)
  const figures = TROUBLES.map((status) => [status, troubled.filter((each) => each.status === status).length] as const)
    .filter(([, count]) => count > 0)
    .map(([status, count], index) => `${count}${index === 0 ? ` of ${total}` : ''} ${status}`)
  const cause = because(first)
  const story = `${first.name} since ${time(first.since)}${cause === undefined ? '' : `, because ${cause}`}`
  return `${figures.join(', ')}: ${story}${others.length === 0 ? '' : `; also ${list(others.map(({ name }) => name))}`}`
}

const TROUBLES = ['unhealthy', 'unknown', 'degraded'] as const

const STATE_IN_WORDS: Readonly<Record<Status, string>> = {
  healthy: 'healthy',
  degraded: 'degraded',
  unhealthy: 'unhealthy',
  unknown: 'unknown',
  maintenance: 'in maintenance',
  skipped: 'not asked',
}

function worstThenOldest(a: Verdict, b: Verdict): number {
  return severity(b.status) - severity(a.status) || a.since - b.since
}

function calm(verdicts: readonly Verdict[]): string {
  const total = verdicts.length
  const healthy = verdicts.filter(({ status }) => status === 'healthy').length
  if (healthy === total) return total === 1 ? `${verdicts[0]?.name} is healthy` : `All ${total} healthy`
  const rest = [
    [verdicts.filter(({ status }) => status === 'maintenance').length, 'in maintenance'],
    [verdicts.filter(({ status }) => status === 'skipped').length, 'not asked'],
    [verdicts.filter(({ code }) => code === 'PENDING').length, 'not asked yet'],
  ] as const
  const others = rest.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`)
  return [`${healthy} of ${total} healthy`, ...others].join(', ')
}

/**
 * Codes whose meaning, said of a name, is a better sentence than the message. The others need the message's figures:
 * which status code, which limit.
 */
const PHRASES: Readonly<Partial<Record<KnownCode, string>>> = {
  TIMEOUT: 'did not answer in time',
  CONNECTION_REFUSED: 'refused the connection',
  CONNECTION_RESET: 'closed the connection',
  CONNECTION_TIMEOUT: 'does not accept connections',
  CONNECTION_FAILED: 'cannot be connected to',
  HOST_UNREACHABLE: 'cannot be reached',
  ADDRESS_REFUSED: 'has an address that must not be connected to',
  DNS_NOT_FOUND: 'has a host name that does not exist',
  DNS_FAILED: 'has a host name that could not be looked up',
  TLS_EXPIRED: 'has an expired certificate',
  TLS_NAME_MISMATCH: 'has a certificate for another name',
  TLS_UNTRUSTED: 'has a certificate that is not trusted',
  TLS_FAILED: 'failed the TLS handshake',
  AUTH_FAILED: 'refused the credentials',
  POOL_EXHAUSTED: 'has no free connection in its pool',
  NOT_READY: 'says that it is not ready',
  SHUTTING_DOWN: 'is shutting down',
  COMPONENT_MISSING: 'is no longer in the document',
  REPORTED_DEGRADED: 'says that it is degraded',
  REPORTED_UNHEALTHY: 'says that it is unhealthy',
}

function because({ status, code, message, culprit }: Verdict): string | undefined {
  if (severity(status) === 0) return undefined
  if (culprit === undefined) return phrase('it', code, message) ?? told(message)
  const said = told(culprit.message)
  return (
    phrase(culprit.name, culprit.code, culprit.message) ??
    (said === undefined ? undefined : `of ${culprit.name}: ${said}`)
  )
}

function phrase(subject: string, code: Code | undefined, message: string | undefined): string | undefined {
  const words = code === undefined ? undefined : (PHRASES as Readonly<Record<string, string>>)[code]
  // A document's own words say more than that it reported something.
  if (words === undefined || (code?.startsWith('REPORTED_') === true && message !== undefined)) return undefined
  return `${subject} ${words}`
}

const LONGEST_CAUSE = 160

/** A message as the end of a sentence: one line, no full stop, not shouting its first word, not endless. */
function told(message: string | undefined): string | undefined {
  const line = message
    ?.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .replace(/\.$/u, '')
  if (line === undefined || line === '') return undefined
  const short = line.length > LONGEST_CAUSE ? `${line.slice(0, LONGEST_CAUSE - 1).trimEnd()}…` : line
  return short.replace(/^\p{Lu}(?=\p{Ll}|\s)/u, (letter) => letter.toLowerCase())
}

const NAMED = 3

function list(names: readonly string[]): string {
  const named = names.length > NAMED ? [...names.slice(0, NAMED), `${names.length - NAMED} more`] : names
  return named.length === 1 ? `${named[0]}` : `${named.slice(0, -1).join(', ')} and ${named.at(-1)}`
}
