import type { Clock } from './clock.ts'
import type { Result } from './result.ts'
import type { Status } from './status.ts'

/** One moment on both clocks: `now` for arithmetic, `wall` for display (E6). */
export interface Instant {
  readonly now: number
  readonly wall: number
}

/** What both clocks say now. */
export function instantOf(clock: Clock): Instant {
  return { now: clock.now(), wall: clock.wall() }
}

/** A result with when it was found and how long that took. */
export interface Observation {
  readonly result: Result
  readonly at: Instant
  readonly durationMs: number | undefined
}

/** Which gate decided the state, with the figures that it decided by. `describeReason` puts it into words. */
export type Reason =
  | { readonly gate: 'pending' }
  | { readonly gate: 'first' }
  | { readonly gate: 'same' }
  | { readonly gate: 'failure-threshold'; readonly seen: number; readonly needed: number }
  | { readonly gate: 'success-threshold'; readonly seen: number; readonly needed: number }
  | { readonly gate: 'turned'; readonly from: Status; readonly after: number }
  | { readonly gate: 'stale'; readonly ageMs: number; readonly limitMs: number }
  | { readonly gate: 'declared' }

/** What is believed of one check or target. Plain data, never changed in place. */
export interface State {
  readonly status: Status
  /** The result that the belief rests on; its status is the state's. Made by the evaluation for `PENDING` and `STALE`. */
  readonly result: Result
  /** The last observation, believed or not yet; undefined before the first. */
  readonly last: Observation | undefined
  /** Wall time at which the status became what it is. */
  readonly since: number
  /** Consecutive observations that were unhealthy or unknown, up to now. */
  readonly consecutiveFailures: number
  /** The last judged results, youngest last, as many as the thresholds look back on; none for thresholds of 1. */
  readonly recent: readonly Result[]
  readonly reason: Reason
}
