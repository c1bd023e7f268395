import { formatDuration, parseDuration, type Duration } from '../../core/duration.ts'
import { formatMs } from '../../core/figures.ts'
import { healthy, type Result } from '../../core/result.ts'
import type { Rules } from '../../core/rules.ts'
import { round } from './amount.ts'
import { DURATION, limitRules } from './limit-rules.ts'
import { exceeded } from './limits.ts'

/** Limits of the time an answer may take. Without them only the registration's `timeout` counts. */
export interface TimeLimits {
  /** An answer that takes longer is degraded, `SLOW`. Default: no limit. */
  readonly degraded?: Duration
  /** An answer that takes longer is unhealthy, `SLOW`. Default: no limit. */
  readonly unhealthy?: Duration
}

export const TIME_LIMITS: Rules<TimeLimits> = limitRules('degraded', 'unhealthy', DURATION)

/** A result for an answer that came and is right, by the time it took. `what` such as `SELECT 1 at db:5432`. */
export function judgeTime(ms: number, limits: TimeLimits, what: string, data?: Result['data']): Result {
  const took = round(ms)
  const details = { observed: { value: took, unit: 'ms' }, ...(data === undefined ? {} : { data }) }
  const found = exceeded(ms, { degraded: parseDuration(limits.degraded), unhealthy: parseDuration(limits.unhealthy) })
  if (found === undefined) return healthy(`${what} answered in ${formatMs(ms)}.`, details)
  const message = `${what} took ${formatMs(ms)}, limit ${formatDuration(found.limit)}. See whether it is overloaded.`
  return found.judge('SLOW', message, details)
}
