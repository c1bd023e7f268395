import type { CheckReport, Report } from '../../core/report.ts'
import type { Budget } from '../budget.ts'
import { collectChecks } from './collect.ts'
import { asData, asFields, defined, firstText, say, type Fields } from './fields.ts'
import type { Body, Reader, Reading } from './reader.ts'
import { readWord } from './status-words.ts'
import { readTime } from './times.ts'

/**
 * AdonisJS: `isHealthy` and a list of checks. Which HTTP code it has is up to the app.
 *
 * @see https://docs.adonisjs.com/guides/digging-deeper/health-checks
 */
export const adonisReader: Reader = { name: 'adonis', read }

function read({ json }: Body, budget: Budget): Reading | undefined {
  const root = asFields(json)
  const said = readWord(root?.['status'])
  const items: unknown = root?.['checks']
  if (root === undefined || said === undefined || !Array.isArray(items)) return undefined
  if (typeof root['isHealthy'] !== 'boolean') return undefined
  const entries = items.map(asFields).map((check): [unknown, Fields | undefined] => [check?.['name'], check])
  return {
    certainty: 'certain',
    report: defined<Report>({
      ...say(said, undefined, undefined),
      at: readTime(root['finishedAt']),
      checks: collectChecks(entries, budget, readCheck),
    }),
  }
}

function readCheck(check: Fields | undefined): CheckReport | undefined {
  const said = readWord(check?.['status'])
  if (check === undefined || said === undefined) return undefined
  return defined<CheckReport>({
    ...say(said, undefined, firstText(check['message'])),
    data: asData(check['meta']),
    checkedAt: readTime(check['finishedAt']),
  })
}
