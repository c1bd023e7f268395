import type { CheckReport, Report, Service } from '../../core/report.ts'
import type { Budget } from '../budget.ts'
import { collectChecks } from './collect.ts'
import { asCode, asFields, defined, firstText, say, type Fields } from './fields.ts'
import { namesNoCheck } from './names.ts'
import type { Body, Reader, Reading } from './reader.ts'
import { readWord, statusOfWord } from './status-words.ts'
import { readTime } from './times.ts'

/**
 * `{"status":"healthy"}`, as people write it by hand in Flask, FastAPI and everywhere, with whatever else they thought of
 * beside it. Tried last: most other formats are this one with more in it.
 */
export const classicReader: Reader = { name: 'classic', read }

function read({ json }: Body, budget: Budget): Reading | undefined {
  const root = asFields(json)
  const said = readWord(root?.['status'])
  if (root === undefined || said === undefined) return undefined
  const report = defined<Report>({
    ...say(said, asCode(root['code']), readMessage(root)),
    service: readService(root),
    at: readTime(root['timestamp'] ?? root['time']),
    checks: readParts(root, budget),
  })
  return { certainty: 'likely', report }
}

function readMessage(fields: Fields): string | undefined {
  return firstText(
    fields['message'],
    fields['error'],
    fields['reason'],
    fields['detail'],
    fields['description'],
    fields['symptom'],
  )
}

function readService(root: Fields): Service | undefined {
  const service = asFields(root['service'])
  const name = firstText(root['service'], service?.['name'], root['name'])
  const version = firstText(service?.['version'], root['version'])
  return name === undefined ? undefined : defined<Service>({ name, version })
}

/**
 * The parts, where people put them: an object under one of `PLACES`, of words or of objects with a status; without one,
 * beside the status of the whole: `{"status":"ok","database":"up"}`.
 */
function readParts(root: Fields, budget: Budget): Record<string, CheckReport> {
  const parts = PLACES.map((key) => asFields(root[key])).find(Boolean)
  const entries = parts === undefined ? Object.entries(root).filter(isPartBeside) : Object.entries(parts)
  return collectChecks(entries.flatMap(listed), budget, readPart)
}

const PLACES = ['checks', 'components', 'services', 'dependencies', 'indicators']

/** GitLab lists a check once for each of its instances. */
function listed([name, value]: readonly [string, unknown]): (readonly [string, unknown])[] {
  return Array.isArray(value) ? value.map((item: unknown) => [name, item] as const) : [[name, value]]
}

function isPartBeside([key, value]: readonly [string, unknown]): boolean {
  if (namesNoCheck(key)) return false
  if (typeof value === 'string') return statusOfWord(value) !== undefined
  const items: readonly unknown[] = Array.isArray(value) ? value : [value]
  return items.length > 0 && items.every((item) => asFields(item)?.['status'] !== undefined)
}

function readPart(value: unknown): CheckReport | undefined {
  const fields = asFields(value)
  if (fields !== undefined) {
    const said = readWord(fields['status'])
    return said && say(said, asCode(fields['code']), readMessage(fields))
  }
  // A bare word counts only if it is one: `"checks": {"region": "eu-west"}` is no failing check.
  const status = statusOfWord(value)
  return status === undefined ? undefined : { status }
}
