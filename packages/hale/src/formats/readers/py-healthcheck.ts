import type { CheckReport, Report } from '../../core/report.ts'
import type { Budget } from '../budget.ts'
import { collectChecks } from './collect.ts'
import { asData, asFields, defined, firstText, say, type Fields } from './fields.ts'
import type { Body, Reader, Reading } from './reader.ts'
import { readWord } from './status-words.ts'
import { readAmountOfTime, readTime } from './times.ts'

/**
 * py-healthcheck for Flask and Tornado: a list of `results`, their times in seconds.
 *
 * @see https://github.com/ateliedocodigo/py-healthcheck
 */
export const pyHealthcheckReader: Reader = { name: 'py-healthcheck', read }

function read({ json }: Body, budget: Budget): Reading | undefined {
  const root = asFields(json)
  const said = readWord(root?.['status'])
  const results: unknown = root?.['results']
  if (root === undefined || said === undefined || !Array.isArray(results)) return undefined
  const checks = results.map(asFields)
  if (!checks.every((check) => typeof check?.['passed'] === 'boolean' && 'checker' in check)) return undefined
  const entries = checks.map((check): [unknown, Fields | undefined] => [check?.['checker'], check])
  return {
    certainty: 'certain',
    report: defined<Report>({
      ...say(said, undefined, undefined),
      at: readTime(root['timestamp']),
      checks: collectChecks(entries, budget, readResult),
    }),
  }
}

function readResult(result: Fields | undefined): CheckReport | undefined {
  if (result === undefined) return undefined
  const { output } = result
  return defined<CheckReport>({
    status: result['passed'] === true ? 'healthy' : 'unhealthy',
    message: firstText(output),
    data: asData(output),
    checkedAt: readTime(result['timestamp']),
    durationMs: readAmountOfTime(result['response_time'], 's'),
  })
}
