/**
 * The closed set of words a check, a component or a whole can be described with.
 *
 * - `healthy`: works as it should
 * - `degraded`: works, but worse than it should
 * - `unhealthy`: does not work
 * - `unknown`: nothing can be said: not asked yet, the answer is too old, or it made no sense
 * - `maintenance`: taken out of service on purpose
 * - `skipped`: not asked, because its condition does not hold
 */
export type Status = 'healthy' | 'degraded' | 'unhealthy' | 'unknown' | 'maintenance' | 'skipped'

export const STATUSES: readonly Status[] = ['healthy', 'degraded', 'unhealthy', 'unknown', 'maintenance', 'skipped']

/** The statuses that judge; `maintenance` and `skipped` say instead that no judgement is made. */
export type JudgedStatus = Exclude<Status, 'maintenance' | 'skipped'>

const SEVERITY: Readonly<Record<Status, number>> = {
  skipped: 0,
  maintenance: 0,
  healthy: 0,
  degraded: 1,
  unknown: 2,
  unhealthy: 3,
}

/** How bad a status is: 0 (nothing wrong) to 3 (`unhealthy`). `unknown` is worse than `degraded`: it may hide anything. */
export function severity(status: Status): number {
  return SEVERITY[status]
}

/** True for a word of the closed set (E7). */
export function isStatus(value: unknown): value is Status {
  return typeof value === 'string' && Object.hasOwn(SEVERITY, value)
}

/** True for what may get traffic: it is answered with 200, all else with 503. */
export function isServing(status: Status): boolean {
  return status === 'healthy' || status === 'degraded' || status === 'skipped'
}

/** True for the statuses that thresholds count and aggregates weigh. */
export function isJudged(status: Status): status is JudgedStatus {
  return status !== 'maintenance' && status !== 'skipped'
}

/** The more severe of two statuses; the first when they are equally severe. */
export function worse<T extends Status>(a: T, b: T): T {
  return SEVERITY[b] > SEVERITY[a] ? b : a
}

/** The milder of two statuses; the first when they are equally severe. */
export function milder<T extends Status>(a: T, b: T): T {
  return SEVERITY[b] < SEVERITY[a] ? b : a
}
