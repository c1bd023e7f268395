import type { CheckDurations } from '../../core/durations.ts'
import type { CheckTotals } from '../../core/report.ts'
import type { Belief } from '../belief.ts'
import { asAmount, asData, asFields, asImpact, asTexts, firstText, type Fields, type Maybe } from './fields.ts'
import { readTime } from './times.ts'

/** Reads back what `toBelief` writes. */
export function readBelief(fields: Fields): Maybe<Belief> {
  return {
    since: readTime(fields['since']),
    until: readTime(fields['until']),
    ageMs: asAmount(fields['ageMs']),
    durationMs: asAmount(fields['durationMs']),
    durations: readDurations(asFields(fields['durations'])),
    consecutiveFailures: asAmount(fields['consecutiveFailures']),
    transitions: asAmount(fields['transitions']),
    totals: readTotals(asFields(fields['totals'])),
    impact: asImpact(fields['impact']),
    kind: firstText(fields['kind']),
    reason: firstText(fields['reason']),
    tags: asTexts(fields['tags']),
    data: asData(fields['data']),
  }
}

function readDurations(fields: Fields | undefined): CheckDurations | undefined {
  const [p50Ms, p95Ms, usualMs] = [fields?.['p50Ms'], fields?.['p95Ms'], fields?.['usualMs']].map(asAmount)
  if (p50Ms === undefined || p95Ms === undefined) return undefined
  return { p50Ms, p95Ms, ...(usualMs === undefined ? {} : { usualMs }) }
}

function readTotals(fields: Fields | undefined): CheckTotals | undefined {
  const [runs, failures, durationMs] = [fields?.['runs'], fields?.['failures'], fields?.['durationMs']].map(asAmount)
  return runs === undefined || failures === undefined || durationMs === undefined
    ? undefined
    : { runs, failures, durationMs }
}
