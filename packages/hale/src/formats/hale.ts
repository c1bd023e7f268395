import type { CheckReport, Report } from '../core/report.ts'
import type { Observed } from '../core/result.ts'
import type { WritableFormat } from './format.ts'
import { toIsoTime, toPlain, toRoundMs } from './plain.ts'

/**
 * Hale's own JSON. For everybody: `{"status":"healthy"}`. With the key: the whole report, the keys in the order in which
 * a person asks: how is it, why, since when, what else.
 */
export const haleFormat: WritableFormat = {
  name: 'hale',
  contentTypes: ['application/json'],
  write: (report, { detail }) => JSON.stringify(detail ? toDocument(report) : { status: report.status }),
}

function toDocument(report: Report): object {
  return {
    status: report.status,
    code: report.code,
    message: report.message,
    service: report.service,
    at: toIsoTime(report.at),
    retryAfterS: report.retryAfterS,
    checks: toChecks(report.checks),
  }
}

function toChecks(checks: Readonly<Record<string, CheckReport>>): object {
  return Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, toCheck(check)]))
}

function toCheck(check: CheckReport): object {
  return {
    status: check.status,
    code: check.code,
    message: check.message,
    observed: check.observed && toObserved(check.observed),
    since: toIsoTime(check.since),
    checkedAt: toIsoTime(check.checkedAt),
    ageMs: check.ageMs === undefined ? undefined : Math.round(check.ageMs),
    durationMs: toRoundMs(check.durationMs),
    consecutiveFailures: check.consecutiveFailures,
    impact: check.impact,
    kind: check.kind,
    reason: check.reason,
    tags: check.tags,
    runbook: check.runbook,
    data: check.data && toPlain(check.data),
    checks: check.checks && toChecks(check.checks),
  }
}

function toObserved({ value, unit }: Observed): object {
  return { value: typeof value === 'number' && !Number.isFinite(value) ? String(value) : value, unit }
}
