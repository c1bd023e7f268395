import type { Clock, Timer } from '../core/clock.ts'
import { parseDuration, type Duration } from '../core/duration.ts'
import { optional, refuseOptions } from '../core/rules.ts'

/** A clock that stands still until told otherwise. */
export interface FakeClock extends Clock {
  /**
   * Moves both clocks on, calling timers in the order in which they fall due and letting promises settle after each.
   *
   * @throws {RangeError} when `by` is not a duration.
   */
  advance(by: Duration): Promise<void>
  /** Lets everything that waits on promises go on, without moving time. */
  flush(): Promise<void>
  /** Sets the wall clock (ms since 1970) as an operator or NTP would. The monotonic clock does not notice (E6). */
  setWall(wall: number): void
  /** Timers that are set and have not fired. */
  readonly timers: number
  /** Monotonic ms at which the next of them is due; undefined when there is none. */
  readonly nextAt: number | undefined
}

/** Makes a clock for tests. It starts at `now` 0 and at wall time `wall`, 2026-01-01 UTC unless said otherwise. */
export function createFakeClock(options: { readonly wall?: number } = {}): FakeClock {
  refuseOptions(options, { wall: optional('ms since 1970', Number.isFinite) }, 'createFakeClock, ')
  let now = 0
  let wallAtZero = options.wall ?? Date.UTC(2026, 0, 1)
  const due = new Set<{ readonly at: number; readonly callback: () => void }>()

  const flush = (): Promise<void> =>
    new Promise((resolve) => {
      setImmediate(resolve)
    })

  const next = (until: number): { readonly at: number; readonly callback: () => void } | undefined => {
    let first
    for (const timer of due) if (timer.at <= until && (first === undefined || timer.at < first.at)) first = timer
    return first
  }

  return {
    now: () => now,
    wall: () => wallAtZero + now,
    after(ms, callback): Timer {
      const timer = { at: now + Math.max(0, ms), callback }
      due.add(timer)
      return { cancel: () => void due.delete(timer) }
    },
    async advance(by) {
      const ms = parseDuration(by)
      if (ms === undefined)
        throw new RangeError(`advance: ${JSON.stringify(by)} is not a duration such as 500 or '10s'`)
      const until = now + ms
      await flush()
      for (let timer = next(until); timer !== undefined; timer = next(until)) {
        due.delete(timer)
        now = Math.max(now, timer.at)
        timer.callback()
        await flush()
      }
      now = until
    },
    flush,
    setWall(wall) {
      wallAtZero = wall - now
    },
    get timers() {
      return due.size
    },
    get nextAt() {
      return next(Infinity)?.at
    },
  }
}
