import { monitorEventLoopDelay, performance, type EventLoopUtilization } from 'node:perf_hooks'
import { defineCheck, type LocalCheck } from '../core/check.ts'
import type { Duration } from '../core/duration.ts'
import { healthy, type Result } from '../core/result.ts'
import type { Rules } from '../core/rules.ts'
import { formatMs, round } from './support/amount.ts'
import { DURATION, limitRules, SHARE } from './support/limit-rules.ts'
import { judgeLevel, readShares, readDurations, type Limits, type Share } from './support/limits.ts'
import { refuseMisuse } from './support/misuse.ts'
import { worstOf } from './support/worst-of.ts'

export interface EventLoopOptions {
  /** Degraded when the 99th percentile of the delay is above this. Default `100ms`. */
  readonly degraded?: Duration
  /** Unhealthy when the 99th percentile of the delay is above this. Default `500ms`. */
  readonly unhealthy?: Duration
  /** Degraded when the loop was busy for more than this share of the time: `90%`. Default: no limit, for a busy loop works. */
  readonly utilisationDegraded?: Share
  /** Unhealthy when it was busy for more than this share of the time. Default: no limit. */
  readonly utilisationUnhealthy?: Share
}

/** Milliseconds between two samples. The histogram holds time between samples, so this is subtracted from what it says. */
const RESOLUTION_MS = 10

const DEFAULTS = { degraded: '100ms', unhealthy: '500ms' }

const RULES: Rules<EventLoopOptions> = {
  ...limitRules('degraded', 'unhealthy', DURATION, DEFAULTS),
  ...limitRules('utilisationDegraded', 'utilisationUnhealthy', SHARE),
}

/**
 * How late this process's event loop runs what is due, from one run of the check to the next, and which share of that time
 * it was busy. Measuring starts with the first run, so that the app's own start is not held against it. Costs a timer every
 * 10 ms, a few µs each.
 *
 * Observed: 99th percentile of the delay since the last run, in ms; utilisation in % when that is beyond its limit.
 * Data: both, and the longest delay.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function eventLoop(options: EventLoopOptions = {}): LocalCheck {
  refuseMisuse('event-loop', options, RULES)
  const { utilisationDegraded, utilisationUnhealthy } = options
  const loopLimits: LoopLimits = {
    delayMs: readDurations(options, DEFAULTS),
    busyPercent: readShares({ degraded: utilisationDegraded, unhealthy: utilisationUnhealthy }),
  }
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
      last = judgeLoop(delayMs(histogram.percentile(99)), delayMs(histogram.max), utilization, loopLimits)
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

export interface LoopLimits {
  readonly delayMs: Limits
  readonly busyPercent: Limits
}

/** Judges the loop's delay and how busy it was: pure. Milliseconds; utilisation from 0 to 1. */
export function judgeLoop(p99: number, max: number, utilization: number, limits: LoopLimits): Result {
  const busy = utilization * 100
  const data = { p99Ms: round(p99), maxMs: round(max), utilisationPercent: round(busy) }
  const delay = `The event loop runs ${formatMs(p99)} late (p99; at most ${formatMs(max)}, ${round(busy)} % busy)`
  return worstOf(
    judgeLevel(
      { value: p99, unit: 'ms', figures: delay, advice: 'Look for long synchronous work: node --cpu-prof.', data },
      limits.delayMs,
    ),
    judgeLevel(
      {
        value: busy,
        unit: '%',
        figures: `The event loop was busy ${round(busy)} % of the time`,
        advice: 'See what it works on (node --cpu-prof), move work to worker threads, or run more instances.',
        data,
      },
      limits.busyPercent,
    ),
  )
}
