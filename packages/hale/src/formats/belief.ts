import type { CheckDurations } from '../core/durations.ts'
import type { CheckReport, CheckTotals } from '../core/report.ts'
import { toIsoTime, toPlain, toRoundMs } from './plain.ts'

/** The part of a check that Hale found out by watching it. */
export type Belief = Pick<
  CheckReport,
  | 'since'
  | 'until'
  | 'ageMs'
  | 'durationMs'
  | 'durations'
  | 'consecutiveFailures'
  | 'transitions'
  | 'totals'
  | 'impact'
  | 'kind'
  | 'reason'
  | 'tags'
  | 'data'
>

/** What Hale believes of a check, under the names that it has in every format Hale writes. */
export function toBelief(check: Belief): object {
  return {
    since: toIsoTime(check.since),
    until: toIsoTime(check.until),
    ageMs: check.ageMs === undefined ? undefined : Math.round(check.ageMs),
    durationMs: toRoundMs(check.durationMs),
    durations: check.durations && toDurations(check.durations),
    consecutiveFailures: check.consecutiveFailures,
    transitions: check.transitions,
    totals: check.totals && toTotals(check.totals),
    impact: check.impact,
    kind: check.kind,
    reason: check.reason,
    tags: check.tags,
    data: check.data && toPlain(check.data),
  }
}

function toDurations({ p50Ms, p95Ms, usualMs }: CheckDurations): object {
  return { p50Ms: toRoundMs(p50Ms), p95Ms: toRoundMs(p95Ms), usualMs: toRoundMs(usualMs) }
}

function toTotals({ durationMs, failures, runs }: CheckTotals): object {
  return { runs, failures, durationMs: toRoundMs(durationMs) }
}
