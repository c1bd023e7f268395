import type { CheckReport } from '../../core/report.ts'
import type { Budget } from '../budget.ts'
import { collectChecks } from './collect.ts'
import { asFields, defined, firstText, say } from './fields.ts'
import type { Body, Reader, Reading } from './reader.ts'
import { readWord } from './status-words.ts'
import { readTime } from './times.ts'

const STATUS = /^(?:up|down|unknown)$/

/**
 * alexliesenfeld/health for Go: `details` of checks that are `up`, `down` or, before the first run, `unknown`.
 *
 * @see https://github.com/alexliesenfeld/health
 */
export const alexliesenfeldReader: Reader = { name: 'alexliesenfeld', read }

function read({ json }: Body, budget: Budget): Reading | undefined {
  const root = asFields(json)
  const said = readWord(root?.['status'])
  const entries = Object.entries(asFields(root?.['details']) ?? {})
  if (root === undefined || said === undefined || entries.length === 0 || !isOurs(root['status'])) return undefined
  const parts = entries.map(([, part]) => asFields(part))
  // Details within a detail are Spring's, which has more to tell.
  if (!parts.every((part) => isOurs(part?.['status']) && part?.['details'] === undefined)) return undefined
  const timed = parts.some((part) => typeof part?.['timestamp'] === 'string')
  return {
    certainty: timed ? 'certain' : 'likely',
    report: { ...said, checks: collectChecks(entries, budget, readCheck) },
  }
}

function isOurs(word: unknown): boolean {
  return typeof word === 'string' && STATUS.test(word)
}

function readCheck(value: unknown): CheckReport | undefined {
  const check = asFields(value)
  const said = readWord(check?.['status'])
  if (check === undefined || said === undefined) return undefined
  return defined<CheckReport>({
    ...say(said, undefined, firstText(check['error'])),
    checkedAt: readTime(check['timestamp']),
  })
}
