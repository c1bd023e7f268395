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

/**
 * Writes a check's line of the report: what is believed of it, and what that rests on. Field by field: put together of
 * parts that may be empty, a line took four times as long and twice the memory.
 */
export function toCheckReport(
  registration: ResolvedRegistration,
  state: State,
  now: number,
  { durations, totals, transitions, until }: Detail = {},
): CheckReport {
  const { check, policy, runbook, tags } = registration
  const { last, result } = state
  const line: Mutable<CheckReport> = { status: state.status, kind: check.kind }
  if (result.code !== undefined) line.code = result.code
  if (result.message !== undefined) line.message = result.message
  if (result.observed !== undefined) line.observed = result.observed
  if (result.data !== undefined) line.data = result.data
  line.since = state.since
  if (until !== undefined) line.until = until
  if (last !== undefined) {
    line.checkedAt = last.at.wall
    line.ageMs = Math.max(0, now - last.at.now)
    if (last.durationMs !== undefined) line.durationMs = last.durationMs
  }
  if (durations !== undefined) line.durations = durations
  line.consecutiveFailures = state.consecutiveFailures
  if (transitions !== undefined) line.transitions = transitions
  if (totals !== undefined) line.totals = { ...totals }
  line.impact = policy.impact
  line.reason = describeReason(state)
  if (tags.length > 0) line.tags = tags
  if (runbook !== undefined) line.runbook = runbook
  if (result.checks !== undefined) line.checks = result.checks
  return line
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }
