import { describeReason, type Instant, type Observation, type State } from 'hale'
import type { Phases, Sample, SeriesId, StateInterval } from '../model.ts'
import type { StoredState } from '../store/store.ts'

/** One series with what is believed of it. */
export interface Tracked {
  readonly series: SeriesId
  readonly state: State
  /** The open one; undefined before the first observation. */
  readonly interval: StateInterval | undefined
}

/** What evaluating has changed, to be committed. */
export interface Changes {
  readonly samples: Sample[]
  /** States worth a write: those that changed in more than their times. */
  readonly states: Map<SeriesId, StoredState>
  readonly intervals: StateInterval[]
}

export function noChanges(): Changes {
  return { samples: [], states: new Map(), intervals: [] }
}

/** Writes down one observation as it will be stored. */
export function addSample(changes: Changes, series: SeriesId, observation: Observation, phases?: Phases): void {
  const { result, at, durationMs } = observation
  changes.samples.push({ series, at: at.wall, status: result.status, durationMs, code: result.code, phases })
}

/**
 * Moves a series on to its new state and writes down what of that must be kept: the interval when the status changed,
 * the state row when a restart from the old row would evaluate otherwise.
 */
export function moveOn(
  changes: Changes,
  before: Tracked,
  state: State,
  at: Instant,
  facts: { readonly value: StoredState['facts']; readonly changed: boolean },
): Tracked {
  const { series } = before
  const status = observedStatus(state)
  let { interval } = before
  if (interval?.status !== status) {
    interval = {
      series,
      seq: (interval?.seq ?? 0) + 1,
      status,
      from: Math.max(at.wall, interval?.from ?? 0),
      to: undefined,
      code: state.result.code,
      reason: describeReason(state),
    }
    changes.intervals.push(interval)
  }
  if (facts.changed || isMaterial(before.state, state)) changes.states.set(series, { state, facts: facts.value })
  return { series, state, interval }
}

/** Uptime knows up, down and unobserved (M7): what has grown stale was not seen. */
function observedStatus({ status, reason }: State): StateInterval['status'] {
  return reason.gate === 'stale' || reason.gate === 'pending' ? 'unobserved' : status
}

function isMaterial(before: State, after: State): boolean {
  if (before.status !== after.status || before.result.code !== after.result.code) return true
  return !isSettled(before) || !isSettled(after)
}

/** True when no threshold is counting, so that the past beyond the status does not matter. */
function isSettled({ reason, recent, status }: State): boolean {
  const bypassed = reason.gate === 'pending' || reason.gate === 'stale' || reason.gate === 'declared'
  return !bypassed && recent.every((result) => result.status === status)
}
