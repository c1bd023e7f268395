import type { CheckReport } from '../../core/report.ts'
import type { Budget } from '../budget.ts'
import { collectChecks } from './collect.ts'
import { asAmount, asData, asFields, defined, firstText, say } from './fields.ts'
import type { Body, Reader, Reading } from './reader.ts'
import { readWord } from './status-words.ts'
import { readTime } from './times.ts'

/**
 * InVisionApp/go-health. Only a failing check that is `fatal` fails the whole. Until the first check has run it says `ok`,
 * that it is spinning up, and 200; nothing is known then.
 *
 * @see https://github.com/InVisionApp/go-health
 */
export const invisionReader: Reader = { name: 'invision', read }

const SPINNING_UP = 'Healthcheck spinning up'

function read({ json }: Body, budget: Budget): Reading | undefined {
  const root = asFields(json)
  const said = readWord(root?.['status'])
  if (root === undefined || said === undefined) return undefined
  if (root['message'] === SPINNING_UP) {
    return { certainty: 'certain', report: { status: 'unknown', message: SPINNING_UP, checks: {} } }
  }
  const entries = Object.entries(asFields(root['details']) ?? {})
  const isOurs = (part: unknown): boolean => typeof asFields(part)?.['check_time'] === 'string'
  if (entries.length === 0 || !entries.every(([, part]) => isOurs(part))) return undefined
  return { certainty: 'certain', report: { ...said, checks: collectChecks(entries, budget, readCheck) } }
}

function readCheck(value: unknown): CheckReport | undefined {
  const check = asFields(value)
  const said = readWord(check?.['status'])
  if (check === undefined || said === undefined) return undefined
  const { details, fatal } = check
  return defined<CheckReport>({
    ...say(said, undefined, firstText(check['error'])),
    data: asData(asFields(details) ?? { details }),
    checkedAt: readTime(check['check_time']),
    since: said.status === 'healthy' ? undefined : readTime(check['first_failure_at']),
    consecutiveFailures: asAmount(check['num_failures']),
    impact: typeof fatal === 'boolean' ? (fatal ? 'fails' : 'degrades') : undefined,
  })
}
