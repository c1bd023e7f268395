import type { CheckReport } from '../../core/report.ts'
import type { Budget } from '../budget.ts'
import { dataBesides } from './besides.ts'
import { collectChecks } from './collect.ts'
import { asAmount, asFields, defined, firstText, say } from './fields.ts'
import type { Body, Reader, Reading } from './reader.ts'
import { readWord } from './status-words.ts'

/**
 * NestJS Terminus: `info` has the indicators that are up or degraded, `error` those that are down, `details` both.
 *
 * @see https://docs.nestjs.com/recipes/terminus
 */
export const terminusReader: Reader = { name: 'terminus', read }

function read({ json }: Body, budget: Budget): Reading | undefined {
  const root = asFields(json)
  const said = readWord(root?.['status'])
  const [info, error, details] = [asFields(root?.['info']), asFields(root?.['error']), asFields(root?.['details'])]
  if (said === undefined || info === undefined || error === undefined || details === undefined) return undefined
  return {
    certainty: 'certain',
    report: { ...said, checks: collectChecks(Object.entries(details), budget, readIndicator) },
  }
}

function readIndicator(value: unknown): CheckReport | undefined {
  const indicator = asFields(value)
  const said = readWord(indicator?.['status'])
  if (indicator === undefined || said === undefined) return undefined
  return defined<CheckReport>({
    ...say(said, undefined, firstText(indicator['message'], indicator['error'])),
    durationMs: asAmount(indicator['responseTime']),
    data: dataBesides(indicator, ['status', 'message', 'responseTime']),
  })
}
