import type { CheckReport, Report, Service } from '../../core/report.ts'
import { isStatus } from '../../core/status.ts'
import { MAX_DEPTH, type Budget } from '../budget.ts'
import { readAnnounced } from './announced.ts'
import { readBelief } from './belief.ts'
import { collectChecks } from './collect.ts'
import { asAmount, asCode, asFields, asLink, asObserved, defined, firstText, say, type Fields } from './fields.ts'
import type { Body, Reader, Reading } from './reader.ts'
import { readHaleWord } from './status-words.ts'
import { readTime } from './times.ts'

/** Hale's own JSON, whole or terse. */
export const haleReader: Reader = { name: 'hale', read }

function read({ json }: Body, budget: Budget): Reading | undefined {
  const root = asFields(json)
  if (root === undefined || !isStatus(root['status'])) return undefined
  const checks = asFields(root['checks'])
  if (checks === undefined) return readTerse(root)
  // Others nest objects under `checks` too; only Hale says each status in a word of its own set.
  if (!Object.values(checks).every((check) => isStatus(asFields(check)?.['status']))) return undefined
  const report = defined<Report>({
    ...say({ status: root['status'] }, asCode(root['code']), firstText(root['message'])),
    service: readService(root['service']),
    at: readTime(root['at']),
    until: readTime(root['until']),
    retryAfterS: asAmount(root['retryAfterS']),
    announced: readAnnounced(root['announced']),
    checks: readChecks(checks, budget, 1),
  })
  return { certainty: report.at === undefined ? 'likely' : 'certain', report }
}

/** `{"status":"maintenance"}` and nothing else: the one terse document that the classic reader would take for another. */
function readTerse(root: Fields): Reading | undefined {
  const { status } = root
  const ours = (status === 'maintenance' || status === 'skipped') && Object.keys(root).length === 1
  return ours ? { certainty: 'certain', report: { status, checks: {} } } : undefined
}

/** A service's name and version, if it has a name. */
function readService(value: unknown): Service | undefined {
  const fields = asFields(value)
  const name = firstText(fields?.['name'])
  return name === undefined ? undefined : defined<Service>({ name, version: firstText(fields?.['version']) })
}

function readChecks(checks: Fields, budget: Budget, depth: number): Record<string, CheckReport> {
  return collectChecks(Object.entries(checks), budget, (value) => readCheck(value, budget, depth))
}

function readCheck(value: unknown, budget: Budget, depth: number): CheckReport | undefined {
  const fields = asFields(value)
  const said = readHaleWord(fields?.['status'])
  if (fields === undefined || said === undefined) return undefined
  const observed = asFields(fields['observed'])
  const below = depth < MAX_DEPTH ? asFields(fields['checks']) : undefined
  return defined<CheckReport>({
    ...say(said, asCode(fields['code']), firstText(fields['message'])),
    observed: observed && asObserved(observed['value'], observed['unit']),
    checkedAt: readTime(fields['checkedAt']),
    ...readBelief(fields),
    runbook: asLink(fields['runbook']),
    checks: below && readChecks(below, budget, depth + 1),
  })
}
