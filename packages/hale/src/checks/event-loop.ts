import { monitorEventLoopDelay, performance, type EventLoopUtilization } from 'node:perf_hooks'
import { defineCheck, type LocalCheck } from '../core/check.ts'
import { parseDuration, type Duration } from '../core/duration.ts'
import { degraded, healthy, unhealthy, type Result } from '../core/result.ts'
import { round } from './support/amount.ts'
import { refuseMisuse } from './support/misuse.ts'
import { timeLimitProblems } from './support/response-time.ts'

export interface EventLoopOptions {
  /** Degraded when the 99th percentile of the delay is above this. Default `100ms`. */
  readonly degraded?: Duration
  /** Unhealthy when the 99th percentile of the delay is above this. Default `500ms`. */
  readonly unhealthy?: Duration
}

/** Milliseconds between two samples. The histogram holds time between samples, so this is subtracted from what it says. */
const RESOLUTION_MS = 10

/**
 * How late this process's event loop runs what is due: its delay from one run of the check to the next. Measuring starts
 * with the first run, so that the app's own start is not held against it. Costs a timer every 10 ms, a few µs each.
 *
 * Observed: 99th percentile of the delay since the last run, in ms; utilisation and the longest delay stand in the data.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function eventLoop(options: EventLoopOptions = {}): LocalCheck {
  const limits = { degraded: options.degraded ?? '100ms', unhealthy: options.unhealthy ?? '500ms' }
  refuseMisuse('event-loop', timeLimitProblems(limits))
  const limitsMs = { softMs: parseDuration(limits.degraded) ?? 0, hardMs: parseDuration(limits.unhealthy) ?? 0 }
  let histogram: ReturnType<typeof monitorEventLoopDelay> | undefined
  let before: EventLoopUtilization
  let last = healthy('Measuring starts now; the next run has the first figure.')

  return defineCheck({
    kind: 'event-loop',
    scope: 'local',
    run() {
      if (histogram === undefined) {
        histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
        histogram.enable()
        before = performance.eventLoopUtilization()
        return last
      }
      if (histogram.count === 0) return last // asked again within one sample
      const now = performance.eventLoopUtilization()
      const { utilization } = performance.eventLoopUtilization(now, before)
      last = judgeDelay(delayMs(histogram.percentile(99)), delayMs(histogram.max), utilization, limitsMs)
      histogram.reset()
      before = now
      return last
    },
    close() {
      histogram?.disable()
      histogram = undefined
    },
  })
}

function delayMs(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
}

/** Judges the loop's delay: pure. Milliseconds; utilisation from 0 to 1. */
export function judgeDelay(
  p99: number,
  max: number,
  utilization: number,
  { softMs, hardMs }: { readonly softMs: number; readonly hardMs: number },
): Result {
  const details = {
    observed: { value: round(p99), unit: 'ms' },
    data: { maxMs: round(max), utilisationPercent: round(utilization * 100) },
  }
  const figures = `The event loop runs ${round(p99)} ms late (p99; at most ${round(max)} ms, ${round(utilization * 100)} % busy)`
  for (const [judgement, limitMs] of [
    [unhealthy, hardMs],
    [degraded, softMs],
  ] as const) {
    if (p99 <= limitMs) continue
    const message = `${figures}, limit ${limitMs} ms. Look for long synchronous work: node --cpu-prof.`
    return judgement('THRESHOLD_EXCEEDED', message, details)
  }
  return healthy(`${figures}.`, details)
}
