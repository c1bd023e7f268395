import type { CheckReport } from '../../core/report.ts'
import type { Budget } from '../budget.ts'
import { dataBesides } from './besides.ts'
import { collectChecks } from './collect.ts'
import { asAmount, asFields, asTexts, defined, firstText, type Fields } from './fields.ts'
import type { Body, Reader, Reading } from './reader.ts'
import { readTime } from './times.ts'
import { statusOf } from './whole.ts'

/**
 * Dropwizard: a list of checks, of which the `critical` ones fail the whole, or, from the admin port's `/healthcheck`, an
 * object of them.
 *
 * @see https://www.dropwizard.io/en/stable/manual/core.html#health
 */
export const dropwizardReader: Reader = { name: 'dropwizard', read }

function read({ json }: Body, budget: Budget): Reading | undefined {
  const entries = entriesOf(json)
  if (entries.length === 0 || !entries.every(([, check]) => typeof check?.['healthy'] === 'boolean')) return undefined
  const checks = collectChecks(entries, budget, readCheck)
  const isList =
    Array.isArray(json) && entries.every(([name, check]) => typeof name === 'string' && 'type' in (check ?? {}))
  return {
    certainty: isList ? 'certain' : 'likely',
    report: { status: statusOf(checks, budget), checks },
  }
}

function entriesOf(json: unknown): [name: unknown, check: Fields | undefined][] {
  if (Array.isArray(json)) return json.map(asFields).map((check) => [check?.['name'], check])
  return Object.entries(asFields(json) ?? {}).map(([name, value]) => [name, asFields(value)])
}

function readCheck(check: Fields | undefined): CheckReport | undefined {
  if (check === undefined) return undefined
  const { critical, error, type } = check
  return defined<CheckReport>({
    status: check['healthy'] === true ? 'healthy' : 'unhealthy',
    message: firstText(check['message'], asFields(error)?.['message']),
    data: dataBesides(check, ['name', 'healthy', 'critical', 'type', 'message', 'error', 'duration', 'timestamp']),
    checkedAt: readTime(check['timestamp']),
    durationMs: asAmount(check['duration']),
    impact: typeof critical === 'boolean' ? (critical ? 'fails' : 'degrades') : undefined,
    tags: typeof type === 'string' ? asTexts([type.toLowerCase()]) : undefined,
  })
}
