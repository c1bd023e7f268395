import { Durations, type CheckDurations } from './durations.ts'
import type { CheckTotals } from './report.ts'

/** What a check has done so far. */
export class Tally implements CheckTotals {
  runs = 0
  failures = 0
  durationMs = 0
  #durations: Durations | undefined

  /** Counts a run that was judged. `failed`: whether it found the check unhealthy or unknown. */
  count(failed: boolean, durationMs: number, timeoutMs: number): void {
    this.runs++
    if (failed) this.failures++
    // Who asks while a run hangs is told how long it has been hanging: that time is not to be counted over and over.
    if (durationMs > 0) this.durationMs += Math.min(durationMs, timeoutMs)
  }

  /** Keeps how long a run took that says something of those to come. `now`: monotonic ms at which it ended. */
  keep(now: number, durationMs: number, everyMs: number): void {
    this.#durations ??= new Durations(everyMs)
    this.#durations.add(now, durationMs)
  }

  /** How long its runs take; undefined before the first that was kept. */
  durationsAt(now: number): CheckDurations | undefined {
    return this.#durations?.figures(now)
  }
}
