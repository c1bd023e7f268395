import type { CheckReport } from '../../core/report.ts'
import type { Budget } from '../budget.ts'
import { dataBesides } from './besides.ts'
import { collectChecks } from './collect.ts'
import { asFields, defined, firstText, say, type Fields } from './fields.ts'
import type { Body, Reader, Reading } from './reader.ts'
import { readWord } from './status-words.ts'

/**
 * `@cloudnative/health`: MicroProfile's document, but each check says its `state`. Without checks it cannot be told apart
 * from that.
 *
 * @see https://github.com/CloudNativeJS/cloud-health
 */
export const cloudnativeReader: Reader = { name: 'cloudnative', read }

function read({ json }: Body, budget: Budget): Reading | undefined {
  const root = asFields(json)
  const said = readWord(root?.['status'])
  const items: unknown = root?.['checks']
  if (said === undefined || !Array.isArray(items) || items.length === 0) return undefined
  const checks = items.map(asFields)
  if (!checks.every((check) => typeof check?.['state'] === 'string' && typeof check['name'] === 'string'))
    return undefined
  const entries = checks.map((check): [unknown, Fields | undefined] => [check?.['name'], check])
  return { certainty: 'certain', report: { ...said, checks: collectChecks(entries, budget, readCheck) } }
}

function readCheck(check: Fields | undefined): CheckReport | undefined {
  const said = readWord(check?.['state'])
  if (said === undefined) return undefined
  const data = asFields(check?.['data'])
  return defined<CheckReport>({
    ...say(said, undefined, firstText(data?.['reason'])),
    data: data && dataBesides(data, ['reason']),
  })
}
