import type { ResolvedRegistration } from './check.ts'
import type { CheckDurations } from './durations.ts'
import { describeReason } from './evaluate.ts'
import type { CheckReport, CheckTotals } from './report.ts'
import type { State } from './state.ts'

/** What is known of a check besides its state. */
export interface Detail {
  /** Wall time at which its maintenance ends by itself. */
  readonly until?: number | undefined
  /** How long its runs take, when that is asked for. */
  readonly durations?: CheckDurations | undefined
  /** How often its status has changed, when that is asked for. */
  readonly transitions?: number | undefined
  /** What it has done, when that is asked for. */
  readonly totals?: CheckTotals | undefined
}

/** Writes a check's line of the report: what is believed of it, and what that rests on. */
export function toCheckReport(
  registration: ResolvedRegistration,
  state: State,
  now: number,
  { durations, totals, transitions, until }: Detail = {},
): CheckReport {
  const { check, policy, runbook, tags } = registration
  const { last, result } = state
  return {
    status: state.status,
    kind: check.kind,
    ...(result.code === undefined ? {} : { code: result.code }),
    ...(result.message === undefined ? {} : { message: result.message }),
    ...(result.observed === undefined ? {} : { observed: result.observed }),
    ...(result.data === undefined ? {} : { data: result.data }),
    since: state.since,
    ...(until === undefined ? {} : { until }),
    ...(last === undefined ? {} : { checkedAt: last.at.wall, ageMs: Math.max(0, now - last.at.now) }),
    ...(last?.durationMs === undefined ? {} : { durationMs: last.durationMs }),
    ...(durations === undefined ? {} : { durations }),
    consecutiveFailures: state.consecutiveFailures,
    ...(transitions === undefined ? {} : { transitions }),
    ...(totals === undefined ? {} : { totals: { ...totals } }),
    impact: policy.impact,
    reason: describeReason(state),
    ...(tags.length === 0 ? {} : { tags }),
    ...(runbook === undefined ? {} : { runbook }),
    ...(result.checks === undefined ? {} : { checks: result.checks }),
  }
}
