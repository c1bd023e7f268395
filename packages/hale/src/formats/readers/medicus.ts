import type { CheckReport } from '../../core/report.ts'
import type { Budget } from '../budget.ts'
import { dataBesides } from './besides.ts'
import { collectChecks } from './collect.ts'
import { asFields, defined, firstText, say } from './fields.ts'
import type { Body, Reader, Reading } from './reader.ts'
import { readWord } from './status-words.ts'

const STATUS = /^(?:healthy|degraded|unhealthy)$/i

/**
 * medicus: `services` with what they say for debugging, if that was asked for.
 *
 * @see https://medicus.js.org
 */
export const medicusReader: Reader = { name: 'medicus', read }

function read({ json }: Body, budget: Budget): Reading | undefined {
  const root = asFields(json)
  const said = readWord(root?.['status'])
  const services = asFields(root?.['services'])
  if (root === undefined || said === undefined || services === undefined) return undefined
  const words = [root['status'], ...Object.values(services).map((service) => asFields(service)?.['status'])]
  if (!words.every((word) => typeof word === 'string' && STATUS.test(word))) return undefined
  return {
    certainty: Object.keys(root).length === 2 ? 'certain' : 'likely',
    report: { ...said, checks: collectChecks(Object.entries(services), budget, readService) },
  }
}

function readService(value: unknown): CheckReport | undefined {
  const service = asFields(value)
  const said = readWord(service?.['status'])
  if (service === undefined || said === undefined) return undefined
  const debug = asFields(service['debug'])
  return defined<CheckReport>({
    ...say(said, undefined, firstText(debug?.['error'], debug?.['message'])),
    data: debug && dataBesides(debug, ['error', 'message']),
  })
}
