import { performance, PerformanceObserver } from 'node:perf_hooks'
import { defineCheck, type LocalCheck } from '../core/check.ts'
import type { Duration } from '../core/duration.ts'
import { formatMs } from '../core/figures.ts'
import { healthy, type Result } from '../core/result.ts'
import type { Rules } from '../core/rules.ts'
import { round } from './support/amount.ts'
import { DURATION, limitRules } from './support/limit-rules.ts'
import { judgeLevel, readDurations, type Limits } from './support/limits.ts'
import { refuseMisuse } from './support/misuse.ts'
import { howMany } from './support/how-many.ts'
import { addPause, NO_PAUSES, type Pauses } from './support/pauses.ts'

export interface GcPauseOptions {
  /** Degraded when one pause was longer than this. Default `200ms`. */
  readonly degraded?: Duration
  /** Unhealthy when one pause was longer than this. Default: no limit. */
  readonly unhealthy?: Duration
}

const DEFAULTS = { degraded: '200ms' }

const RULES: Rules<GcPauseOptions> = limitRules('degraded', 'unhealthy', DURATION, DEFAULTS)

/**
 * The longest time for which garbage collection stopped this process, from one run of the check to the next. Measuring
 * starts with the first run. Costs a few µs per collection, which are some a second at most; a run reads what is there.
 *
 * Observed: the longest pause in ms; how many there were and their share of the time stand in the data.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function gcPause(options: GcPauseOptions = {}): LocalCheck {
  refuseMisuse('gc-pause', options, RULES)
  const limits = readDurations(options, DEFAULTS)
  let pauses = NO_PAUSES
  const keep = (entries: readonly { readonly duration: number }[]): void => {
    pauses = entries.reduce((sum, { duration }) => addPause(sum, duration), pauses)
  }
  const observer = new PerformanceObserver((list) => keep(list.getEntries()))
  let since: number | undefined

  return defineCheck({
    kind: 'gc-pause',
    scope: 'local',
    run() {
      const now = performance.now()
      if (since === undefined) {
        since = now
        observer.observe({ entryTypes: ['gc'] })
        return healthy('Measuring starts now; the next run has the first figure.')
      }
      keep(observer.takeRecords())
      const result = judgePauses(pauses, now - since, limits)
      pauses = NO_PAUSES
      since = now
      return result
    },
    close() {
      observer.disconnect()
      since = undefined
      pauses = NO_PAUSES
    },
  })
}

/** Judges the pauses within a span of time (ms): pure. */
export function judgePauses({ count, longestMs, totalMs }: Pauses, spanMs: number, limits: Limits): Result {
  const percent = spanMs > 0 ? (totalMs / spanMs) * 100 : 0
  return judgeLevel(
    {
      value: longestMs,
      unit: 'ms',
      figures: `Garbage collection paused ${howMany(count, 'times')}, at most ${formatMs(longestMs)}, ${round(percent)} % of the time`,
      advice: 'See what is allocated (node --heap-prof), or give the heap more room.',
      data: { pauses: count, timePercent: round(percent) },
    },
    limits,
  )
}
