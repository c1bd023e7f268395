import type { CheckReport, Report } from '../../core/report.ts'
import type { Budget } from '../budget.ts'
import { dataBesides } from './besides.ts'
import { collectChecks } from './collect.ts'
import { asFields, defined, firstText, say } from './fields.ts'
import type { Body, Reader, Reading } from './reader.ts'
import { readWord, statusOfWord, type Said } from './status-words.ts'

/**
 * `@godaddy/terminus`: what the app's function resolved to stands twice, as `info` and as `details`; the causes it threw
 * as `error` and as `details`. Neither has a form: an object counts by its keys, a list by the names of its items.
 * A cause without a name is no part, it is a line of the message. Without any of this it is `{"status":"ok"}`, and
 * `verbatim` makes it the classic document.
 *
 * @see https://github.com/godaddy/terminus
 */
export const godaddyReader: Reader = { name: 'godaddy', read }

function read({ json }: Body, budget: Budget): Reading | undefined {
  const root = asFields(json)
  const said = readWord(root?.['status'])
  if (root === undefined || said === undefined || !isComplex(root['details'])) return undefined
  const { details, error, info } = root
  const failed = info === undefined && isComplex(error)
  if (!failed && !(error === undefined && isComplex(info))) return undefined
  const unsaid: Said | undefined = failed ? { status: 'unhealthy' } : undefined
  const message = failed && Array.isArray(error) ? joinMessages(error) : undefined
  return {
    certainty: 'certain',
    report: defined<Report>({
      ...say(said, undefined, message),
      checks: collectChecks(partsOf(details), budget, (part) => readPart(part, unsaid)),
    }),
  }
}

function isComplex(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** Objects by their keys, lists by the names of their items. The name of an error is that of its class and names no part. */
function partsOf(details: unknown): [name: unknown, part: unknown][] {
  const fields = asFields(details)
  if (fields !== undefined) return Object.entries(fields)
  const items: readonly unknown[] = Array.isArray(details) ? details : []
  return items
    .map((item): [unknown, unknown] => [asFields(item)?.['name'], item])
    .filter(([name]) => typeof name === 'string' && !/(?:Error|Exception)$/.test(name))
}

/** @param unsaid what a part means by not saying a status: a cause is a failure, a piece of information is nothing. */
function readPart(value: unknown, unsaid: Said | undefined): CheckReport | undefined {
  const fields = asFields(value)
  if (fields === undefined) return readBarePart(value, unsaid)
  const said = readWord(fields['status']) ?? unsaid
  if (said === undefined) return undefined
  return defined<CheckReport>({
    ...say(said, undefined, firstText(fields['message'], fields['error'])),
    data: dataBesides(fields, ['name', 'status', 'message', 'stack']),
  })
}

function readBarePart(value: unknown, unsaid: Said | undefined): CheckReport | undefined {
  const status = statusOfWord(value)
  if (status !== undefined) return { status }
  const message = firstText(value)
  return unsaid === undefined || message === undefined ? undefined : { ...unsaid, message }
}

const MAX_CAUSES = 10

function joinMessages(causes: readonly unknown[]): string | undefined {
  const messages = causes.slice(0, MAX_CAUSES).map((cause) => firstText(asFields(cause)?.['message'], cause))
  return firstText(messages.filter((message) => message !== undefined).join('; '))
}
