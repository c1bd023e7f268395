import { redactData } from './redact-data.ts'
import { readParts } from './read-parts.ts'
import { redact } from './redact.ts'
import { unknown, type Observed, type Result } from './result.ts'
import { STATUSES, isStatus } from './status.ts'

const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/

/**
 * Makes a result of whatever a check answered: a copy that nobody else can change, fit for JSON, free of credentials (E10).
 * What is not a result reads `unknown`, `INVALID_RESULT` with a message that says why (E7). Never throws.
 */
export function toResult(answer: unknown): Result {
  try {
    return read(answer)
  } catch (error) {
    return invalid(`it could not be read (${error instanceof Error ? error.name : typeof error})`)
  }
}

function read(answer: unknown): Result {
  if (!isObject(answer)) return invalid(`it is ${article(answer)}, not an object with a status`)
  const { status, code, message, observed, data, checks } = answer
  // What nearly all answer nearly always costs nothing to keep.
  const isBare =
    code === undefined && message === undefined && observed === undefined && data === undefined && checks === undefined
  if (status === 'healthy' && isBare) return HEALTHY
  if (status === undefined) return invalid('it has no status')
  if (!isStatus(status)) return invalid(`its status is ${show(status)}, which is none of ${STATUSES.join(', ')}`)
  if (code !== undefined && !(typeof code === 'string' && CODE.test(code))) {
    return invalid(`its code is ${show(code)}, not upper-case words joined by _`)
  }
  if (message !== undefined && typeof message !== 'string')
    return invalid(`its message is ${article(message)}, not text`)
  if (observed !== undefined && !isObserved(observed)) {
    return invalid('its observed value is not { value: number, text or boolean, unit?: text }')
  }
  if (data !== undefined && (!isObject(data) || Array.isArray(data)))
    return invalid(`its data is ${article(data)}, not an object`)
  if (checks !== undefined && (!isObject(checks) || Array.isArray(checks)))
    return invalid(`its checks are ${article(checks)}, not an object`)
  return {
    status,
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message: redact(message) }),
    ...(observed === undefined ? {} : { observed: copyObserved(observed) }),
    ...(data === undefined ? {} : { data: redactData(data) as Readonly<Record<string, unknown>> }),
    ...(checks === undefined ? {} : { checks: readParts(checks, toResult) }),
  }
}

const HEALTHY: Result = Object.freeze({ status: 'healthy' })

function invalid(why: string): Result {
  return unknown('INVALID_RESULT', redact(`The check did not answer a result: ${why}.`))
}

function isObserved(value: unknown): value is Observed {
  if (!isObject(value)) return false
  const { value: observed, unit } = value
  const fits =
    typeof observed === 'number' ? Number.isFinite(observed) : ['string', 'boolean'].includes(typeof observed)
  return fits && (unit === undefined || typeof unit === 'string')
}

function copyObserved({ value, unit }: Observed): Observed {
  const copy = typeof value === 'string' ? redact(value) : value
  return unit === undefined ? { value: copy } : { value: copy, unit }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function article(value: unknown): string {
  if (value === undefined || value === null) return String(value)
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(redact(value).slice(0, 40)) : article(value)
}
