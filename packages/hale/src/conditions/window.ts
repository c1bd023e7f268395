import { Cron } from 'croner'
import type { Condition, ConditionAnswer } from '../core/condition.ts'
import { parseDuration, type Duration } from '../core/duration.ts'
import { refuseOptions, required } from '../core/rules.ts'

export interface WindowOptions {
  /** When it opens, as a cron pattern of five or six fields (the sixth, in front: seconds): `0 2 * * SUN`. */
  readonly cron: string
  /** How long it stays open each time. */
  readonly for: Duration
  /** IANA name of the time zone that the pattern is meant in, such as `Europe/Berlin`. Default `UTC`. */
  readonly timeZone?: string
}

/** An answer, and the span of wall time for which it is the same: asking croner costs a tenth of a millisecond. */
interface Look {
  readonly from: number
  readonly to: number
  readonly answer: ConditionAnswer
}

/**
 * Holds from each time that a cron pattern names, for as long as is said. Wall time is meant here, as on the clock of those
 * who planned it; when clocks change croner sees to it that nothing is skipped or done twice. Needs the package `croner`:
 * without it, importing this module fails.
 *
 * @throws {HealthSetupError} when an option is malformed.
 */
export function window(options: WindowOptions): Condition {
  const { cron, for: lasting, timeZone = 'UTC' } = Object(options) as WindowOptions
  const lastingMs = parseDuration(lasting)
  const pattern = openPattern(cron, isTimeZone(timeZone) ? timeZone : 'UTC')
  refuseOptions<WindowOptions>(
    options,
    {
      cron: () => typeof pattern === 'string' && pattern,
      for: required('a duration of a second or more', () => lastingMs !== undefined && lastingMs >= 1_000),
      timeZone: () => !isTimeZone(timeZone) && `there is no time zone ${timeZone}`,
    },
    'window.',
  )
  return openWindow(pattern as Cron, lastingMs ?? 0, `the window "${cron}"`, timeZone)
}

function openWindow(pattern: Cron, lastingMs: number, name: string, timeZone: string): Condition {
  const look = (wall: number): Look => {
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
          answer: { holds: true, because: `${name} is open`, until },
        }
      : { from: wall, to: next, answer: { holds: false, because: `${name} (${timeZone}) is not open` } }
  }

  let last: Look | undefined
  return {
    test({ clock }) {
      const wall = clock.wall()
      if (last === undefined || wall < last.from || wall >= last.to) last = look(wall)
      return last.answer
    },
  }
}

/** The pattern as croner reads it, or what is wrong with it. */
function openPattern(cron: string, timezone: string): Cron | string {
  const refused = `${JSON.stringify(cron)} is not a cron pattern such as "0 2 * * SUN"`
  // croner would take a date too.
  if (typeof cron !== 'string' || !/^\S+(?: +\S+){4,6}$/.test(cron.trim())) return refused
  try {
    return new Cron(cron, { timezone, paused: true })
  } catch (error) {
    return `${refused}: ${error instanceof Error ? error.message.replace(/^CronPattern: /, '') : 'croner refuses it'}`
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
