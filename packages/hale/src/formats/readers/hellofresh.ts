import type { CheckReport, Report, Service } from '../../core/report.ts'
import type { Budget } from '../budget.ts'
import { collectChecks } from './collect.ts'
import { asFields, defined, firstText, say } from './fields.ts'
import type { Body, Reader, Reading } from './reader.ts'
import { readWord } from './status-words.ts'
import { readTime } from './times.ts'

/**
 * hellofresh/health-go: names only what failed. While all that failed may be skipped the whole is "Partially Available".
 *
 * @see https://github.com/hellofresh/health-go
 */
export const hellofreshReader: Reader = { name: 'hellofresh', read }

function read({ json }: Body, budget: Budget): Reading | undefined {
  const root = asFields(json)
  const word = root?.['status']
  const said = readWord(word)
  const at = readTime(root?.['timestamp'])
  if (root === undefined || said === undefined || at === undefined) return undefined
  if (typeof word !== 'string' || !/^(?:OK|Partially Available|Unavailable)$/.test(word)) return undefined
  const failures = Object.entries(asFields(root['failures']) ?? {})
  const soft = said.status === 'degraded'
  const readFailure = (failure: unknown): CheckReport =>
    defined<CheckReport>({
      status: 'unhealthy',
      message: firstText(failure),
      impact: soft ? 'degrades' : undefined,
    })
  const component = asFields(root['component'])
  return {
    certainty: component === undefined && word === 'OK' ? 'likely' : 'certain',
    report: defined<Report>({
      ...say(said, undefined, undefined),
      service: readComponent(component),
      at,
      checks: collectChecks(failures, budget, readFailure),
    }),
  }
}

function readComponent(component: Readonly<Record<string, unknown>> | undefined): Service | undefined {
  const name = firstText(component?.['name'])
  return name === undefined ? undefined : defined<Service>({ name, version: firstText(component?.['version']) })
}
