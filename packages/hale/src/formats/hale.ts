import type { CheckReport, Report } from '../core/report.ts'
import type { Observed } from '../core/result.ts'
import { toBelief } from './belief.ts'
import type { Format } from './format.ts'
import { toIsoTime } from './plain.ts'

/**
 * Hale's own JSON. For everybody: `{"status":"healthy"}`. With the key: the whole report, the keys in the order in which
 * a person asks: how is it, why, since when, what else.
 */
export const haleFormat: Format = {
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
    until: toIsoTime(report.until),
    retryAfterS: report.retryAfterS,
    announced: report.announced,
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
    checkedAt: toIsoTime(check.checkedAt),
    ...toBelief(check),
    runbook: check.runbook,
    checks: check.checks && toChecks(check.checks),
  }
}

function toObserved({ value, unit }: Observed): object {
  return { value: typeof value === 'number' && !Number.isFinite(value) ? String(value) : value, unit }
}
