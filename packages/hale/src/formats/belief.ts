import type { CheckDurations } from '../core/durations.ts'
import type { CheckReport } from '../core/report.ts'
import { asAmount, asData, asFields, asImpact, asTexts, firstText, type Fields, type Maybe } from './fields.ts'
import { toIsoTime, toPlain, toRoundMs } from './plain.ts'
import { readTime } from './times.ts'

type Belief = Pick<
  CheckReport,
  | 'since'
  | 'until'
  | 'ageMs'
  | 'durationMs'
  | 'durations'
  | 'consecutiveFailures'
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
    impact: check.impact,
    kind: check.kind,
    reason: check.reason,
    tags: check.tags,
    data: check.data && toPlain(check.data),
  }
}

/** Reads back what {@link toBelief} writes. */
export function readBelief(fields: Fields): Maybe<Belief> {
  return {
    since: readTime(fields['since']),
    until: readTime(fields['until']),
    ageMs: asAmount(fields['ageMs']),
    durationMs: asAmount(fields['durationMs']),
    durations: readDurations(asFields(fields['durations'])),
    consecutiveFailures: asAmount(fields['consecutiveFailures']),
    impact: asImpact(fields['impact']),
    kind: firstText(fields['kind']),
    reason: firstText(fields['reason']),
    tags: asTexts(fields['tags']),
    data: asData(fields['data']),
  }
}

function toDurations({ p50Ms, p95Ms, usualMs }: CheckDurations): object {
  return { p50Ms: toRoundMs(p50Ms), p95Ms: toRoundMs(p95Ms), usualMs: toRoundMs(usualMs) }
}

function readDurations(fields: Fields | undefined): CheckDurations | undefined {
  const [p50Ms, p95Ms, usualMs] = [fields?.['p50Ms'], fields?.['p95Ms'], fields?.['usualMs']].map(asAmount)
  if (p50Ms === undefined || p95Ms === undefined) return undefined
  return { p50Ms, p95Ms, ...(usualMs === undefined ? {} : { usualMs }) }
}
