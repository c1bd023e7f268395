import type { Impact } from '../../core/policy.ts'
import type { CheckReport, Report, Service } from '../../core/report.ts'
import { worse } from '../../core/status.ts'
import type { Budget } from '../budget.ts'
import { dataBesides } from './besides.ts'
import { collectChecks } from './collect.ts'
import { asFields, asLink, defined, firstText, type Fields } from './fields.ts'
import type { Body, Reader, Reading } from './reader.ts'
import { readTime } from './times.ts'
import { statusOf } from './whole.ts'

/**
 * The Financial Times' health check standard. It is always answered with 200, so the checks alone speak: severity 1 fails
 * the whole, 2 and 3 degrade it.
 *
 * @see https://github.com/Financial-Times/go-fthealth
 */
export const ftReader: Reader = { name: 'ft', read }

function read({ json }: Body, budget: Budget): Reading | undefined {
  const root = asFields(json)
  const items: unknown = root?.['checks']
  if (root === undefined || !Array.isArray(items)) return undefined
  const checks = items.map(asFields)
  if (root['schemaVersion'] === undefined || !checks.every((check) => typeof check?.['ok'] === 'boolean'))
    return undefined
  const entries = checks.map((check): [unknown, Fields | undefined] => [
    firstText(check?.['name'], check?.['id']),
    check,
  ])
  const collected = collectChecks(entries, budget, readCheck)
  const status = statusOf(collected, budget)
  const said = root['ok'] === false ? worse(status, 'degraded') : status
  return {
    certainty: 'certain',
    report: defined<Pick<Report, 'status' | 'service' | 'checks'>>({
      status: said,
      service: readService(root),
      checks: collected,
    }),
  }
}

function readService(root: Fields): Service | undefined {
  const name = firstText(root['systemCode'], root['name'])
  return name === undefined ? undefined : { name }
}

function readCheck(check: Fields | undefined): CheckReport | undefined {
  if (check === undefined) return undefined
  const ok = check['ok'] === true
  const impact: Impact = check['severity'] === 2 || check['severity'] === 3 ? 'degrades' : 'fails'
  const runbook = asLink(check['panicGuide'])
  const known = ['id', 'name', 'ok', 'checkOutput', 'lastUpdated', ...(runbook === undefined ? [] : ['panicGuide'])]
  return defined<CheckReport>({
    status: ok ? 'healthy' : 'unhealthy',
    message: firstText(check['checkOutput']),
    data: dataBesides(check, known),
    checkedAt: readTime(check['lastUpdated']),
    impact,
    runbook,
  })
}
