import { monitorEventLoopDelay, performance, type EventLoopUtilization } from 'node:perf_hooks'
import { defineCheck, type LocalCheck } from '../core/check.ts'
import type { Duration } from '../core/duration.ts'
import { formatMs } from '../core/figures.ts'
import { healthy, type Result } from '../core/result.ts'
import type { Rules } from '../core/rules.ts'
import { round } from './support/amount.ts'
import { DURATION, limitRules, SHARE } from './support/limit-rules.ts'
import { judgeLevel, readShares, readDurations, type Limits, type Share } from './support/limits.ts'
import { refuseMisuse } from './support/misuse.ts'
import { worstOf } from './support/worst-of.ts'

export interface EventLoopOptions {
  /** Degraded when one moment in a hundred waits for longer than this. Default `200ms`. */
  readonly degraded?: Duration
  /** Unhealthy when one moment in a hundred waits for longer than this. Default `1s`. */
  readonly unhealthy?: Duration
  /** Degraded when the loop was busy for more than this share of the time: `90%`. Default: no limit, for a busy loop works. */
  readonly utilisationDegraded?: Share
  /** Unhealthy when it was busy for more than this share of the time. Default: no limit. */
  readonly utilisationUnhealthy?: Share
}

type Histogram = ReturnType<typeof monitorEventLoopDelay>

/** Milliseconds between two samples. The histogram holds time between samples, so this is subtracted from what it says. */
const RESOLUTION_MS = 10

const DEFAULTS = { degraded: '200ms', unhealthy: '1s' }

const RULES: Rules<EventLoopOptions> = {
  ...limitRules('degraded', 'unhealthy', DURATION, DEFAULTS),
  ...limitRules('utilisationDegraded', 'utilisationUnhealthy', SHARE),
}

/**
 * How late this process's event loop runs what is due, from one run of the check to the next, and which share of that time
 * it was busy. Each delay weighs as long as it lasted: a loop that stood still for one of ten seconds let one request in ten
 * wait, though it was late only once. Measuring starts with the first run, so that the app's own start is not held against it.
 * Costs a timer every 10 ms, a few µs each.
 *
 * Observed: what one moment in a hundred since the last run waits for at least (p99), in ms; utilisation in % when that is
 * beyond its limit.
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
  let histogram: Histogram | undefined
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
      last = judgeLoop(p99Ms(histogram), delayMs(histogram.max), utilization, loopLimits)
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

function p99Ms(histogram: Histogram): number {
  const { count, mean } = histogram
  const ofRank = (rank: number): number => delayMs(histogram.percentile((100 * (count - rank + 1)) / count))
  return p99Wait(ofRank, count, (count * mean) / 1e6)
}

/**
 * What a moment of an interval waits for: one in a hundred for as long as this. Of a delay `d`, `d − x` ms are moments that
 * wait for longer than `x`; so `x` is where the sum of these is 1 % of the interval. That is the greatest of
 * `(sum of the k longest delays − 1 % of the interval) / k` over all `k`, of which those that double are looked at, and between
 * them each delay is taken for the shortest: a little less than the truth, never more.
 *
 * @param delayOf the delay of a rank, 1 for the longest; not negative; ms.
 * @param count how many delays there are, at least one.
 * @param intervalMs how long they were measured.
 */
export function p99Wait(delayOf: (rank: number) => number, count: number, intervalMs: number): number {
  let [wait, sum, last] = [0, 0, 0]
  for (let rank = 1; last < count; rank = Math.min(2 * rank, count)) {
    sum += (rank - last) * delayOf(rank)
    wait = Math.max(wait, (sum - intervalMs / 100) / rank)
    last = rank
  }
  return wait
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
