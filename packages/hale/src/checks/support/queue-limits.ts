import type { Code } from '../../core/codes.ts'
import { formatDuration, parseDuration, type Duration } from '../../core/duration.ts'
import type { Result } from '../../core/result.ts'
import { howMany } from './how-many.ts'
import { exceeded, type Limits } from './limits.ts'

interface Counted extends Limits {
  readonly code: Code
  readonly tryThis: string
  readonly count: number
  /** Such as `messages`. */
  readonly unit: string
  /** What one does, and what more do. */
  readonly verb: readonly [one: string, more: string]
  /** What is said of them: `in the queue mail at rabbit:5672`. */
  readonly where: string
}

/** A result when there are more than the limits allow; undefined when not. Observed: how many. */
export function judgeCount({ count, unit, verb, where, code, tryThis, ...limits }: Counted): Result | undefined {
  const found = exceeded(count, limits)
  const message = `${howMany(count, unit, verb)} ${where}, limit ${found?.limit}. ${tryThis}`
  return found?.judge(code, message, { observed: { value: count, unit } })
}

interface Aged extends Limits<Duration> {
  readonly code: Code
  readonly tryThis: string
  /** Undefined: there is none that could be old. */
  readonly ms: number | undefined
  /** What is so old: `The oldest job in the queue mail`. */
  readonly what: string
  /** What comes between that and its age. Default `waits for`. */
  readonly how?: string
}

/** A result when something is older than the limits allow; undefined when not. Observed: ms. */
export function judgeAge({
  ms,
  what,
  how = 'waits for',
  code,
  tryThis,
  degraded,
  unhealthy,
}: Aged): Result | undefined {
  if (ms === undefined) return undefined
  const value = Math.round(ms)
  const found = exceeded(value, { degraded: parseDuration(degraded), unhealthy: parseDuration(unhealthy) })
  if (found === undefined) return undefined
  const message = `${what} ${how} ${formatDuration(value)}, limit ${formatDuration(found.limit)}. ${tryThis}`
  return found.judge(code, message, { observed: { value, unit: 'ms' } })
}
