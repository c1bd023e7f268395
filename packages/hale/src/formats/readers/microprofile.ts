import type { CheckReport } from '../../core/report.ts'
import type { Budget } from '../budget.ts'
import { MICROPROFILE_WORDS } from '../microprofile.ts'
import { dataBesides, keyOfText, knownIn } from './besides.ts'
import { collectChecks } from './collect.ts'
import { asCode, asFields, asObserved, defined, firstText, say, type Fields } from './fields.ts'
import { readMeant } from './meant.ts'
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
  const data = asFields(check['data'])
  const word = check['status'] ?? check['state']
  const said = readMeant(data?.['haleStatus'], word, MICROPROFILE_WORDS) ?? readWord(word)
  if (said === undefined) return undefined
  if (data === undefined) return defined<CheckReport>(say(said, undefined, firstText(check['message'])))
  const toldBy = keyOfText(data, ['error', 'reason', 'message'])
  const code = asCode(data['code'])
  const observed = asObserved(data['observedValue'], data['observedUnit'])
  const known = [toldBy, ...knownIn(code, observed), ...(said.status === data['haleStatus'] ? ['haleStatus'] : [])]
  return defined<CheckReport>({
    ...say(said, code, firstText(toldBy === undefined ? undefined : data[toldBy], check['message'])),
    observed,
    data: dataBesides(data, known),
  })
}
