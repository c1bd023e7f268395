import { formatDuration, parseDuration, type Duration } from '../../core/duration.ts'
import { healthy, unhealthy, type Result } from '../../core/result.ts'
import type { Rules } from '../../core/rules.ts'
import { DURATION, limitRules } from './limit-rules.ts'
import { exceeded } from './limits.ts'

/** Limits of how far a replica may be behind. */
export interface LagLimits {
  /** Degraded, `REPLICA_LAG`, when a replica is further behind: `10s`. Default: not asked. */
  readonly lagDegraded?: Duration
  /** Unhealthy, `REPLICA_LAG`, when a replica is further behind. Default: not asked. */
  readonly lagUnhealthy?: Duration
}

export const LAG_LIMITS: Rules<LagLimits> = limitRules('lagDegraded', 'lagUnhealthy', DURATION)

export function asksForLag({ lagDegraded, lagUnhealthy }: LagLimits): boolean {
  return lagDegraded !== undefined || lagUnhealthy !== undefined
}

/** Judges how far a replica is behind. `what` such as `The replica db:5432`. */
export function judgeLag(ms: number, { lagDegraded, lagUnhealthy }: LagLimits, what: string): Result {
  const lagMs = Math.round(ms)
  const details = { observed: { value: lagMs, unit: 'ms' }, data: { lagMs } }
  const found = exceeded(lagMs, { degraded: parseDuration(lagDegraded), unhealthy: parseDuration(lagUnhealthy) })
  if (found === undefined) return healthy(undefined, { data: { lagMs } })
  const message = `${what} is ${formatDuration(lagMs)} behind, limit ${formatDuration(found.limit)}. See its load, its network and long transactions.`
  return found.judge('REPLICA_LAG', message, details)
}

/** A replica that follows nobody: what it answers grows old. */
export function replicationStopped(place: string): Result {
  const message = `The replica ${place} has no link to its primary, so it answers what was true when that broke. See whether the primary is up, and the log of the replica.`
  return unhealthy('REPLICATION_STOPPED', message)
}
