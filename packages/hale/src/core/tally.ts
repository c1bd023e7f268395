import { Durations, type CheckDurations } from './durations.ts'
import type { CheckTotals } from './report.ts'

/** One run that was judged. */
interface Counted {
  /** Monotonic ms at which it ended. */
  readonly now: number
  readonly durationMs: number
  /** Whether it found the check unhealthy or unknown. */
  readonly failed: boolean
  readonly everyMs: number
  readonly timeoutMs: number
  /** Whether its duration says something of those to come. */
  readonly isTypical: boolean
}

/** What a check has done so far. */
export class Tally implements CheckTotals {
  runs = 0
  failures = 0
  durationMs = 0
  #durations: Durations | undefined

  count({ durationMs, everyMs, failed, isTypical, now, timeoutMs }: Counted): void {
    this.runs++
    if (failed) this.failures++
    // Who asks while a run hangs is told how long it has been hanging: that time is not to be counted over and over.
    if (durationMs > 0) this.durationMs += Math.min(durationMs, timeoutMs)
    if (!isTypical) return
    this.#durations ??= new Durations(everyMs)
    this.#durations.add(now, durationMs)
  }

  /** How long its runs take; undefined before a typical one. */
  durationsAt(now: number): CheckDurations | undefined {
    return this.#durations?.figures(now)
  }
}
