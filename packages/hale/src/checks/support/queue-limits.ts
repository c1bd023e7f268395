import type { Code } from '../../core/codes.ts'
import { formatDuration, parseDuration, type Duration } from '../../core/duration.ts'
import { degraded, unhealthy, type Result } from '../../core/result.ts'
import type { FieldProblems } from './misuse.ts'

/** What is wrong with limits that are numbers, by field, for `refuseMisuse`. */
export function countProblems(limits: Readonly<Record<string, number | undefined>>): FieldProblems {
  return problemsOf(limits, (limit) => typeof limit === 'number' && limit >= 0, 'a number from 0')
}

/** What is wrong with limits that are durations, by field, for `refuseMisuse`. */
export function durationProblems(limits: Readonly<Record<string, Duration | undefined>>): FieldProblems {
  return problemsOf(limits, (limit) => parseDuration(limit) !== undefined, "a duration such as '10s'")
}

function problemsOf(
  limits: Readonly<Record<string, unknown>>,
  isOne: (limit: unknown) => boolean,
  what: string,
): FieldProblems {
  return Object.fromEntries(
    Object.entries(limits).map(([field, limit]) => [
      field,
      limit !== undefined && !isOne(limit) && `${JSON.stringify(limit)} is not ${what}`,
    ]),
  )
}

interface Measured<Limit> {
  readonly degraded: Limit | undefined
  readonly unhealthy: Limit | undefined
  readonly code: Code
  readonly tryThis: string
}

interface Counted extends Measured<number> {
  readonly count: number
  /** Such as `messages`. */
  readonly unit: string
  /** What is said of them: `wait in the queue mail at rabbit:5672`. */
  readonly what: string
}

/** A result when there are more than the limits allow; undefined when not. Observed: how many. */
export function judgeCount({ count, unit, what, code, tryThis, ...limits }: Counted): Result | undefined {
  return judgeAmount(count, limits, (limit, judge) =>
    judge(code, `${count} ${unit} ${what}, limit ${limit}. ${tryThis}`, { observed: { value: count, unit } }),
  )
}

interface Aged extends Measured<Duration> {
  readonly ms: number
  /** What is so old: `The oldest job in the queue mail`. */
  readonly what: string
}

/** A result when something is older than the limits allow; undefined when not. Observed: ms. */
export function judgeAge({ ms, what, code, tryThis, degraded: soft, unhealthy: hard }: Aged): Result | undefined {
  const value = Math.round(ms)
  const inMs = (limit: Duration | undefined): number | undefined =>
    limit === undefined ? undefined : parseDuration(limit)
  return judgeAmount(value, { degraded: inMs(soft), unhealthy: inMs(hard) }, (limit, judge) => {
    const message = `${what} waits for ${formatDuration(value)}, limit ${formatDuration(limit)}. ${tryThis}`
    return judge(code, message, { observed: { value, unit: 'ms' } })
  })
}

function judgeAmount(
  value: number,
  { degraded: soft, unhealthy: hard }: Pick<Measured<number>, 'degraded' | 'unhealthy'>,
  say: (limit: number, judge: typeof degraded) => Result,
): Result | undefined {
  if (value > (hard ?? Infinity)) return say(hard ?? 0, unhealthy)
  if (value > (soft ?? Infinity)) return say(soft ?? 0, degraded)
  return undefined
}
