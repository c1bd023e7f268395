import type { CheckReport, Report, Service } from '../../core/report.ts'
import type { Budget } from '../budget.ts'
import { DRAFT_WORDS } from '../health-json.ts'
import { readAnnounced } from './announced.ts'
import { readBelief } from './belief.ts'
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
import { readMeant } from './meant.ts'
import type { Body, Reader, Reading } from './reader.ts'
import { readWord, type Said } from './status-words.ts'
import { readAmountOfTime, readTime } from './times.ts'

/**
 * `application/health+json`, draft-inadarei-api-health-check-06. The extra key `haleStatus`, for which the draft has no
 * word, is believed where it agrees with the word.
 *
 * @see https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check-06
 */
export const healthJsonReader: Reader = { name: 'health+json', read }

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
    until: readTime(root['until']),
    retryAfterS: asAmount(root['retryAfterS']),
    announced: readAnnounced(root['announced']),
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
  return readMeant(fields['haleStatus'], fields['status'], DRAFT_WORDS) ?? readWord(fields['status'])
}

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
