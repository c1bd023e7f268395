import type { CheckReport, Report, Service } from '../core/report.ts'
import type { Status } from '../core/status.ts'
import { readBelief, toBelief } from './belief.ts'
import type { Budget } from './budget.ts'
import { collectChecks } from './collect.ts'
import {
  asAmount,
  asCode,
  asData,
  asFields,
  asLink,
  asObserved,
  cleanText,
  defined,
  firstText,
  say,
  type Fields,
} from './fields.ts'
import { flattenChecks } from './flatten.ts'
import type { Body, Reading, WritableFormat } from './format.ts'
import { toIsoTime } from './plain.ts'
import { readWord, type Said } from './status-words.ts'
import { readAmountOfTime, readTime } from './times.ts'

/**
 * `application/health+json`, draft-inadarei-api-health-check-06.
 *
 * The draft has three words. `unknown` and `maintenance` are written as `fail`, because both are answered with 503 and the
 * draft wants 4xx or 5xx with `fail` only; `skipped` is written as `pass`. The extra key `haleStatus` then says which was
 * meant, and reading believes it. Checks that nest are written flat, their names joined by `/`.
 *
 * @see https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check-06
 */
export const healthJsonFormat: WritableFormat = {
  name: 'health+json',
  contentTypes: ['application/health+json'],
  write: (report, { detail }) => JSON.stringify(detail ? toDocument(report) : toStatus(report.status)),
  read,
}

const WORDS: Readonly<Record<Status, 'pass' | 'warn' | 'fail'>> = {
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
  return { status: WORDS[status], haleStatus: named ? undefined : status }
}

function toDocument(report: Report): object {
  return {
    ...toStatus(report.status),
    version: report.service?.version,
    serviceId: report.service?.name,
    code: report.code,
    ...toOutput(report),
    time: toIsoTime(report.at),
    retryAfterS: report.retryAfterS,
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
  return WORDS[status] === 'pass' ? { message } : { output: message }
}

function read({ json }: Body, budget: Budget): Reading | undefined {
  const root = asFields(json)
  const said = root && readStatus(root)
  if (root === undefined || said === undefined) return undefined
  const entries = readEntries(root)
  if (entries === undefined) return undefined
  const { version, releaseId, serviceId, description, notes } = root
  const report = defined<Report>({
    ...say(said, asCode(root['code']), readMessage(root) ?? (Array.isArray(notes) ? firstText(...notes) : undefined)),
    service: readService(firstText(serviceId, description), firstText(releaseId, version)),
    at: readTime(root['time']),
    retryAfterS: asAmount(root['retryAfterS']),
    checks: collectChecks(entries, budget, (entry) => readCheck(entry, said)),
  })
  const named = ['haleStatus', 'serviceId', 'releaseId', 'notes'].some((key) => Object.hasOwn(root, key))
  return { certainty: entries.length > 0 || named ? 'certain' : 'likely', report }
}

interface Entry {
  readonly key: string
  readonly check: Fields
}

/**
 * The checks, one array after the other; undefined when this is no document of the draft. Several in one array are told
 * apart by their `componentId`, else by their place. A check that stands where an array of one should is taken for it.
 */
function readEntries(root: Fields): [name: string, entry: Entry][] | undefined {
  const own = typeof root['status'] === 'string' && /^(?:pass|warn|fail)$/i.test(root['status'])
  if (root['checks'] === undefined) return own ? [] : undefined
  const checks = asFields(root['checks'])
  if (checks === undefined) return undefined
  const entries: [string, Entry][] = []
  for (const [key, value] of Object.entries(checks)) {
    const list: readonly unknown[] = Array.isArray(value) ? value : own ? [value] : []
    if (!Array.isArray(value) && !own) return undefined
    for (const [index, item] of list.entries()) {
      const check = asFields(item)
      if (check === undefined) return undefined
      const part = firstText(check['componentId']) ?? String(index + 1)
      entries.push([list.length === 1 ? key : `${key}/${part}`, { key, check }])
    }
  }
  return entries.length > 0 || own ? entries : undefined
}

function readStatus(fields: Fields): Said | undefined {
  const said = readWord(fields['status'])
  const meant = HALE_STATUSES.find((status) => status === fields['haleStatus'])
  // The extra key says more than the word, but it cannot turn it round.
  return meant !== undefined && fields['status'] === WORDS[meant] ? { status: meant } : said
}

const HALE_STATUSES = ['unknown', 'maintenance', 'skipped'] as const satisfies readonly Status[]

function readCheck({ key, check }: Entry, root: Said): CheckReport | undefined {
  // The draft lets a measurement go without a status: on `pass` it passes too, else nothing can be said of it.
  const unsaid: Said = { status: root.status === 'healthy' ? 'healthy' : 'unknown' }
  const said = check['status'] === undefined ? unsaid : readStatus(check)
  if (said === undefined) return undefined
  const { observedValue, observedUnit, affectedEndpoints } = check
  const observed = asObserved(observedValue, observedUnit)
  const belief = readBelief(check)
  return defined<CheckReport>({
    ...say(said, asCode(check['code']), readMessage(check)),
    observed,
    checkedAt: readTime(check['time']),
    ...belief,
    kind: belief.kind ?? firstText(check['componentType']),
    durationMs:
      belief.durationMs ?? (key.endsWith(':responseTime') ? readAmountOfTime(observedValue, observedUnit) : undefined),
    data:
      belief.data ?? asData({ affectedEndpoints, observedValue: observed === undefined ? observedValue : undefined }),
    runbook: asLink(asFields(check['links'])?.['runbook']),
  })
}

function readMessage(fields: Fields): string | undefined {
  return firstText(fields['output'], fields['message'])
}

function readService(name: string | undefined, version: string | undefined): Service | undefined {
  return name === undefined ? undefined : defined<Service>({ name: cleanText(name, 200), version })
}
