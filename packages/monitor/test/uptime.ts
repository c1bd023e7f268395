import type { Uptime } from '@hale/contract'
import type { StateInterval } from '../src/model.ts'

/**
 * How long a series was in which state between two wall times, exact to the millisecond (M7), by its definition: what the
 * monitor keeps as intervals come is held to it.
 *
 * The parts add up to the range whatever the intervals are: time that none of them covers is unobserved, where two
 * overlap the earlier one counts, and the open one ends at `lastObservedAt`, after which nobody looked (default: `to`).
 * What was skipped was not asked, so it is unobserved as well.
 */
export function uptime(
  intervals: readonly StateInterval[],
  from: number,
  to: number,
  lastObservedAt: number = to,
): Uptime {
  const end = Math.max(from, to)
  const spent = { healthyMs: 0, degradedMs: 0, downMs: 0, maintenanceMs: 0, unobservedMs: 0 }
  let covered = from
  let observedFrom: number | null = null
  for (const interval of intervals.toSorted((a, b) => a.from - b.from || a.seq - b.seq)) {
    const start = Math.max(interval.from, covered)
    const stop = Math.min(interval.to ?? lastObservedAt, end)
    if (stop <= start) continue
    spent.unobservedMs += start - covered
    const part = PART[interval.status]
    spent[part] += stop - start
    if (part !== 'unobservedMs') observedFrom ??= start
    covered = stop
  }
  spent.unobservedMs += end - covered

  const judged = spent.healthyMs + spent.degradedMs + spent.downMs
  const observed = judged + spent.maintenanceMs
  return {
    from,
    to: end,
    up: judged === 0 ? null : (spent.healthyMs + spent.degradedMs) / judged,
    coverage: observed === 0 ? 0 : observed / (end - from),
    ...spent,
    observedFrom,
  }
}

const PART = {
  healthy: 'healthyMs',
  degraded: 'degradedMs',
  unhealthy: 'downMs',
  unknown: 'downMs',
  maintenance: 'maintenanceMs',
  skipped: 'unobservedMs',
  unobserved: 'unobservedMs',
} as const satisfies Record<StateInterval['status'], keyof Uptime>
