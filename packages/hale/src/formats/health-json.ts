import type { CheckReport, Report } from '../core/report.ts'
import type { Status } from '../core/status.ts'
import { toBelief } from './belief.ts'
import { flattenChecks } from './flatten.ts'
import type { Format } from './format.ts'
import { toIsoTime } from './plain.ts'

/**
 * `application/health+json`, draft-inadarei-api-health-check-06.
 *
 * The draft has three words. `unknown` and `maintenance` are written as `fail`, because both are answered with 503 and the
 * draft wants 4xx or 5xx with `fail` only; `skipped` is written as `pass`. The extra key `haleStatus` then says which was
 * meant. Checks that nest are written flat, their names joined by `/`.
 *
 * @see https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check-06
 */
export const healthJsonFormat: Format = {
  name: 'health+json',
  contentTypes: ['application/health+json'],
  write: (report, { detail }) => JSON.stringify(detail ? toDocument(report) : toStatus(report.status)),
}

/** What each status is called in the draft's words. */
export const DRAFT_WORDS: Readonly<Record<Status, 'pass' | 'warn' | 'fail'>> = {
  healthy: 'pass',
  skipped: 'pass',
  degraded: 'warn',
  unhealthy: 'fail',
  unknown: 'fail',
  maintenance: 'fail',
}

const COMPONENT_TYPES: Readonly<Record<string, string>> = {
  postgres: 'datastore',
  redis: 'datastore',
  disk: 'system',
  memory: 'system',
  'event-loop': 'system',
}

function toStatus(status: Status): object {
  const named = status === 'healthy' || status === 'degraded' || status === 'unhealthy'
  return { status: DRAFT_WORDS[status], haleStatus: named ? undefined : status }
}

function toDocument(report: Report): object {
  return {
    ...toStatus(report.status),
    version: report.service?.version,
    serviceId: report.service?.name,
    code: report.code,
    ...toOutput(report),
    time: toIsoTime(report.at),
    until: toIsoTime(report.until),
    retryAfterS: report.retryAfterS,
    announced: report.announced,
    checks: Object.fromEntries(flattenChecks(report).map(({ name, check }) => [name, [toCheck(check)]])),
  }
}

function toCheck(check: CheckReport): object {
  return {
    componentType: check.kind === undefined ? undefined : (COMPONENT_TYPES[check.kind] ?? 'component'),
    ...toStatus(check.status),
    code: check.code,
    ...toOutput(check),
    observedValue: check.observed?.value,
    observedUnit: check.observed?.unit,
    time: toIsoTime(check.checkedAt),
    ...toBelief(check),
    links: check.runbook === undefined ? undefined : { runbook: check.runbook },
  }
}

/** The draft wants `output` left out on `pass`; what is to be said then goes into an extra key. */
function toOutput({ status, message }: { readonly status: Status; readonly message?: string }): object {
  return DRAFT_WORDS[status] === 'pass' ? { message } : { output: message }
}
