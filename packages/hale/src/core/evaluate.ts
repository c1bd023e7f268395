import { formatDuration } from './duration.ts'
import type { EvaluationPolicy } from './policy.ts'
import { unknown, type Result } from './result.ts'
import type { Instant, Observation, Reason, State } from './state.ts'
import { isJudged, severity } from './status.ts'

/** The state of something that has not been asked yet. */
export function initialState(at: Instant): State {
  return {
    status: 'unknown',
    result: PENDING,
    last: undefined,
    since: at.wall,
    consecutiveFailures: 0,
    recent: NONE,
    reason: NOT_ASKED,
  }
}

const PENDING: Result = Object.freeze(unknown('PENDING', 'It has not answered yet.'))

/**
 * Takes one observation in. Pure: the same arguments give the same state, so history can be replayed.
 *
 * The status turns worse to the mildest of the last `failureThreshold` results, once all of those are worse than it;
 * it turns better to the worst of the last `successThreshold` results, once all of those are better.
 * So thresholds count consecutive results and one of the other kind starts the count anew (E8).
 * The first result, and the first after a stale answer, bypass the thresholds. `maintenance` and `skipped` are
 * declarations, not measurements: they hold at once and start the count anew.
 */
export function evaluate(state: State, observation: Observation, policy: EvaluationPolicy): State {
  const { result } = observation
  if (!isJudged(result.status)) return believe(state, observation, result, NONE, DECLARED)

  const window = Math.max(policy.failureThreshold, policy.successThreshold)
  // A threshold of 1 looks back on nothing, and is what nearly all have.
  if (startsAnew(state)) return believe(state, observation, result, window === 1 ? NONE : [result], FIRST)
  const recent = window === 1 ? NONE : [...state.recent, result].slice(-window)
  const difference = severity(result.status) - severity(state.status)
  if (difference === 0) return believe(state, observation, result, recent, SAME)

  const worsens = difference > 0
  const needed = worsens ? policy.failureThreshold : policy.successThreshold
  const run =
    needed === 1 ? [result] : trailingRun(recent, (each) => (worsens ? isWorse(each, state) : isWorse(state, each)))
  const gate = worsens ? 'failure-threshold' : 'success-threshold'
  if (run.length < needed) return believe(state, observation, state.result, recent, { gate, seen: run.length, needed })

  const believed = run.slice(-needed).reduce((a, b) => (worsens === isWorse(b, a) ? a : b))
  return believe(state, observation, believed, recent, { gate: 'turned', from: state.status, after: needed })
}

// Shared: of ten thousand checks nearly all are as they were.
const NONE: readonly Result[] = Object.freeze([])
const NOT_ASKED: Reason = Object.freeze({ gate: 'pending' })
const FIRST: Reason = Object.freeze({ gate: 'first' })
const SAME: Reason = Object.freeze({ gate: 'same' })
const DECLARED: Reason = Object.freeze({ gate: 'declared' })

/** True when there is nothing yet, or nothing any more, that thresholds could hold on to. */
function startsAnew({ reason }: State): boolean {
  return reason.gate === 'pending' || reason.gate === 'stale' || reason.gate === 'declared'
}

function believe(before: State, last: Observation, result: Result, recent: readonly Result[], reason: Reason): State {
  const failed = severity(last.result.status) >= severity('unknown')
  return {
    status: result.status,
    result,
    last,
    since: result.status === before.status ? before.since : last.at.wall,
    consecutiveFailures: failed ? before.consecutiveFailures + 1 : 0,
    recent,
    reason,
  }
}

/**
 * Lets time pass without an observation: a judged answer older than the staleness limit reads `unknown`, `STALE` (E2).
 * Returns the same object when nothing changes.
 */
export function age(state: State, at: Instant, policy: EvaluationPolicy): State {
  if (state.last === undefined || state.reason.gate === 'stale') return state
  const ageMs = at.now - state.last.at.now
  if (ageMs <= policy.staleAfterMs) return state
  const message = `The last answer is ${formatDuration(ageMs)} old; it is believed for ${formatDuration(policy.staleAfterMs)}.`
  return {
    ...state,
    status: 'unknown',
    result: unknown('STALE', message),
    since: state.status === 'unknown' ? state.since : at.wall,
    reason: { gate: 'stale', ageMs, limitMs: policy.staleAfterMs },
  }
}

/**
 * Moves a state kept from an earlier process onto this one's monotonic clock, so that its age goes on counting.
 * Only here is an age taken from wall time: nothing else outlives a process. A clock set back makes it age 0.
 */
export function rebase(state: State, at: Instant): State {
  if (state.last === undefined) return state
  const elapsed = Math.max(0, at.wall - state.last.at.wall)
  return { ...state, last: { ...state.last, at: { now: at.now - elapsed, wall: state.last.at.wall } } }
}

/** Puts a state's reason into one sentence for a person. */
export function describeReason(state: Pick<State, 'reason' | 'status'>): string {
  const { reason, status } = state
  switch (reason.gate) {
    case 'pending':
      return 'no result yet'
    case 'first':
      return `first result: ${status}`
    case 'same':
      return `still ${status}`
    case 'failure-threshold':
      return `still ${status}: ${reason.seen} of ${reason.needed} worse results in a row`
    case 'success-threshold':
      return `still ${status}: ${reason.seen} of ${reason.needed} better results in a row`
    case 'turned':
      return `turned from ${reason.from} to ${status} after ${reason.after} in a row`
    case 'stale':
      return `no answer for ${formatDuration(reason.ageMs)}, limit ${formatDuration(reason.limitMs)}`
    case 'declared':
      return `declared ${status}`
  }
}

function isWorse(a: Pick<State, 'status'>, b: Pick<State, 'status'>): boolean {
  return severity(a.status) > severity(b.status)
}

function trailingRun<T>(items: readonly T[], holds: (item: T) => boolean): readonly T[] {
  const broken = items.findLastIndex((item) => !holds(item))
  return items.slice(broken + 1)
}
