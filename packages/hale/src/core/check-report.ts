import type { ResolvedRegistration } from './check.ts'
import type { Line } from './compose-report.ts'
import { describeReason } from './evaluate.ts'
import type { CheckReport } from './report.ts'
import type { State } from './state.ts'

/** Writes a check's line of the report: what is believed of it, and what that rests on. */
export function toCheckReport(
  registration: ResolvedRegistration,
  state: State,
  now: number,
  { durations, totals, transitions, until }: Pick<Line, 'durations' | 'totals' | 'transitions' | 'until'> = {},
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
