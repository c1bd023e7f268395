import type { CheckReport } from '../../core/report.ts'
import type { Budget } from '../budget.ts'
import { collectChecks } from './collect.ts'
import { asData, asFields, defined, firstText, say, type Fields } from './fields.ts'
import type { Body, Reader, Reading } from './reader.ts'
import { readWord } from './status-words.ts'

/**
 * MicroProfile Health 4, as SmallRye and Quarkus serve it. Version 1 said `outcome` and `state` for `status`.
 * Two checks may have one name, since `/health` is the union of live, ready and started: the second is read as `name (2)`.
 *
 * @see https://download.eclipse.org/microprofile/microprofile-health-4.0/microprofile-health-spec-4.0.html
 */
export const microprofileReader: Reader = { name: 'microprofile', read }

function read({ json }: Body, budget: Budget): Reading | undefined {
  const root = asFields(json)
  const word = root?.['status'] ?? root?.['outcome']
  const said = readWord(word)
  if (root === undefined || said === undefined || !Array.isArray(root['checks'])) return undefined
  const entries: [name: unknown, check: Fields][] = []
  for (const item of root['checks'] as unknown[]) {
    const check = asFields(item)
    if (check === undefined || typeof check['name'] !== 'string') return undefined
    entries.push([check['name'], check])
  }
  const exact = (word === 'UP' || word === 'DOWN') && Object.keys(root).length === 2
  return {
    certainty: exact ? 'certain' : 'likely',
    report: { ...said, checks: collectChecks(entries, budget, readCheck) },
  }
}

function readCheck(check: Fields): CheckReport | undefined {
  const said = readWord(check['status'] ?? check['state'])
  if (said === undefined) return undefined
  const data = asFields(check['data'])
  return defined<CheckReport>({
    ...say(said, undefined, firstText(data?.['error'], data?.['reason'], data?.['message'], check['message'])),
    data: asData(data),
  })
}
