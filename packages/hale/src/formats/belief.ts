import type { CheckReport } from '../core/report.ts'
import { asAmount, asData, asImpact, asTexts, firstText, type Fields, type Maybe } from './fields.ts'
import { toIsoTime, toPlain, toRoundMs } from './plain.ts'
import { readTime } from './times.ts'

type Belief = Pick<
  CheckReport,
  'since' | 'until' | 'ageMs' | 'durationMs' | 'consecutiveFailures' | 'impact' | 'kind' | 'reason' | 'tags' | 'data'
>

/** What Hale believes of a check, under the names that it has in every format Hale writes. */
export function toBelief(check: Belief): object {
  return {
    since: toIsoTime(check.since),
    until: toIsoTime(check.until),
    ageMs: check.ageMs === undefined ? undefined : Math.round(check.ageMs),
    durationMs: toRoundMs(check.durationMs),
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
    consecutiveFailures: asAmount(fields['consecutiveFailures']),
    impact: asImpact(fields['impact']),
    kind: firstText(fields['kind']),
    reason: firstText(fields['reason']),
    tags: asTexts(fields['tags']),
    data: asData(fields['data']),
  }
}
