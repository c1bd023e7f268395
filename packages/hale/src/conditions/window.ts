import type { Condition, ConditionAnswer } from '../core/condition.ts'
import { parseDuration, type Duration } from '../core/duration.ts'
import { HealthSetupError, type Problem } from '../core/misuse.ts'
import { loadPeer } from '../checks/support/peer.ts'

export interface WindowOptions {
  /** When it opens, as a cron pattern of five or six fields (the sixth, in front: seconds): `0 2 * * SUN`. */
  readonly cron: string
  /** How long it stays open each time. */
  readonly for: Duration
  /** IANA name of the time zone that the pattern is meant in, such as `Europe/Berlin`. Default `UTC`. */
  readonly timeZone?: string
}

/** What is needed of a `Cron` of the package croner. */
interface Pattern {
  previousRuns(count: number, before: Date): Date[]
  nextRun(after: Date): Date | null
}

/** An answer, and the span of wall time for which it is the same: asking croner costs a tenth of a millisecond. */
interface Look {
  readonly from: number
  readonly to: number
  readonly answer: ConditionAnswer
}

/**
 * Holds from each time that a cron pattern names, for as long as is said. Wall time is meant here, as on the clock of those
 * who planned it; when clocks change croner sees to it that nothing is skipped or done twice. Needs the package `croner`.
 *
 * @throws {HealthSetupError} when an option is malformed. The pattern itself is read by croner, at the first look.
 */
export function window({ cron, for: lasting, timeZone = 'UTC' }: WindowOptions): Condition {
  const lastingMs = parseDuration(lasting)
  const problems: Problem[] = [
    ...(typeof cron === 'string' && /^\S+(?: +\S+){4,6}$/.test(cron.trim())
      ? []
      : [{ field: 'window.cron', message: `${JSON.stringify(cron)} is not a cron pattern such as "0 2 * * SUN"` }]),
    ...(lastingMs !== undefined && lastingMs >= 1_000
      ? []
      : [{ field: 'window.for', message: `${JSON.stringify(lasting)} is not a duration of a second or more` }]),
    ...(isTimeZone(timeZone) ? [] : [{ field: 'window.timeZone', message: `there is no time zone ${timeZone}` }]),
  ]
  if (problems.length > 0 || lastingMs === undefined) throw new HealthSetupError(problems)

  const look = (pattern: Pattern, wall: number): Look => {
    // croner takes in what is due within the very second, so ask a second on and drop what is yet to come.
    const opened = pattern
      .previousRuns(2, new Date(wall + 1_000))
      .map((date) => date.getTime())
      .find((time) => time <= wall)
    const next = pattern.nextRun(new Date(wall))?.getTime() ?? Infinity
    const until = opened === undefined ? -Infinity : opened + lastingMs
    return wall < until
      ? {
          from: wall,
          to: Math.min(until, next),
          answer: { holds: true, because: `the window "${cron}" is open`, until },
        }
      : { from: wall, to: next, answer: { holds: false, because: `the window "${cron}" (${timeZone}) is not open` } }
  }

  let pattern: Pattern | undefined
  let last: Look | undefined
  const judge = (pattern: Pattern, wall: number): ConditionAnswer => {
    if (last === undefined || wall < last.from || wall >= last.to) last = look(pattern, wall)
    return last.answer
  }
  return {
    test({ clock }) {
      if (pattern !== undefined) return judge(pattern, clock.wall())
      return openPattern(cron, timeZone).then((opened) => judge((pattern = opened), clock.wall()))
    },
  }
}

async function openPattern(cron: string, timeZone: string): Promise<Pattern> {
  const { Cron } = await loadPeer('croner', () => import('croner'), 'use another condition')
  return new Cron(cron, { timezone: timeZone, paused: true })
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
