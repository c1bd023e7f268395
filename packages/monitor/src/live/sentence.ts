import { severity, type Result, type Status } from 'hale'
import { describeCause } from '../incidents/cause.ts'
import { plainText } from '../plain-text.ts'

/** What a sentence about one target needs to know of it. */
export interface Verdict {
  readonly name: string
  readonly status: Status
  /** Wall time at which the status became what it is. */
  readonly since: number
  /** What the status rests on. */
  readonly result: Result
  /** The component that the trouble comes from, when the target's document names one. */
  readonly culprit: { readonly name: string; readonly result: Result } | undefined
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
  if (isPending(verdict)) return 'not asked yet'
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
  const asked = verdicts.filter((each) => !isPending(each))
  if (asked.length === 0)
    return `waiting for the first answer of ${total === 1 ? verdicts[0]?.name : `${total} targets`}`

  const troubled = asked.filter(({ status }) => severity(status) > 0).sort(worstThenOldest)
  const [first, ...others] = troubled
  if (first === undefined) return calm(verdicts)
  const figures = TROUBLES.map((status) => [status, troubled.filter((each) => each.status === status).length] as const)
    .filter(([, count]) => count > 0)
    .map(([status, count], index) => `${count}${index === 0 ? ` of ${total}` : ''} ${status}`)
  const cause = because(first)
  const story = `${plainText(first.name, 80)} since ${time(first.since)}${cause === undefined ? '' : `, because ${cause}`}`
  return `${figures.join(', ')}: ${story}${others.length === 0 ? '' : `; also ${list(others.map(({ name }) => plainText(name, 80)))}`}`
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

function isPending({ result }: Verdict): boolean {
  return result.code === 'PENDING'
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
    [verdicts.filter(isPending).length, 'not asked yet'],
  ] as const
  const others = rest.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`)
  return [`${healthy} of ${total} healthy`, ...others].join(', ')
}

function because({ status, result, culprit }: Verdict): string | undefined {
  return severity(status) === 0 ? undefined : describeCause(culprit?.name ?? 'it', culprit?.result ?? result)
}

const NAMED = 3

function list(names: readonly string[]): string {
  const named = names.length > NAMED ? [...names.slice(0, NAMED), `${names.length - NAMED} more`] : names
  return named.length === 1 ? `${named[0]}` : `${named.slice(0, -1).join(', ')} and ${named.at(-1)}`
}
