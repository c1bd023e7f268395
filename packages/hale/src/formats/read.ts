import { formatBytes } from '../core/figures.ts'
import type { Report } from '../core/report.ts'
import { MAX_CHECKS, type Budget } from './budget.ts'
import { firstValues, MAX_VALUES } from './readers/first-values.ts'
import { toJson, toText } from './readers/decode.ts'
import { asFields, cleanText } from './readers/fields.ts'
import { READERS } from './readers/index.ts'
import type { Body, Reading } from './readers/reader.ts'
import { suspect } from './readers/suspicion.ts'

/** What a health URL answered. Headers play no part: content types lie, and cache headers are never honoured. */
export interface Answer {
  /** The HTTP status code. */
  readonly status: number
  /** Quoted when no document could be read; never used to choose a format. */
  readonly contentType?: string | undefined
  readonly body: string | Uint8Array
  /** True when the body was cut off at a limit. */
  readonly truncated?: boolean
}

/** An answer understood. */
export interface HealthDocument {
  /** Name of the format; undefined when the body is of none and the HTTP code alone speaks. */
  readonly format: string | undefined
  readonly certainty: Reading['certainty'] | 'none'
  /** Why no document, or not all of it, could be read. */
  readonly problem?: string
  readonly report: Report
}

/** Longest body that is read, in bytes (of text: in UTF-16 units). */
export const MAX_BODY: number = 4 * 1024 * 1024

/**
 * Reads any health document by its shape. Never throws, whatever the bytes.
 *
 * When the HTTP code and the body disagree the worse of the two holds and the message says so. An empty, foreign,
 * truncated or over-long body leaves the HTTP code to speak alone.
 */
export function readHealthDocument(answer: Answer): HealthDocument {
  const problem = findProblem(answer)
  if (problem !== undefined) return byCodeAlone(answer.status, problem)
  const text = toText(answer.body).trim()
  if (text === '') return byCodeAlone(answer.status, 'The body is empty.')
  const parsed = toJson(text)
  const { json, status } = unwrap(parsed, answer.status)
  // Shorter texts have fewer values: each takes two letters.
  const { isCut, ...looked } = text.length < 2 * MAX_VALUES ? { json, isCut: false } : firstValues(json)
  const read = recognise({ ...looked, text }, isCut)
  if (read === undefined) {
    const alone = byCodeAlone(status, isCut ? CUT : describeForeign(parsed, text, answer.contentType))
    return parsed === undefined ? suspecting(alone, text) : alone
  }
  return { ...read, report: settle(read.report, status) }
}

function findProblem({ body, truncated }: Answer): string | undefined {
  const size = typeof body === 'string' ? body.length : body.byteLength
  if (truncated === true) return `The body was cut off after ${formatBytes(size)}.`
  return size > MAX_BODY ? `The body is longer than ${formatBytes(MAX_BODY)}.` : undefined
}

/**
 * Takes a document out of what frameworks wrap around it by accident: FastAPI's tuple `[{"status":"DOWN"},503]`, sent with
 * 200, and the `{"detail":{…}}` of its HTTPException. The code of a tuple counts where the HTTP code is no failure itself.
 */
function unwrap(json: unknown, status: number): { readonly json: unknown; readonly status: number } {
  if (Array.isArray(json) && json.length === 2 && asFields(json[0]) !== undefined) {
    const [document, code] = json as [unknown, unknown]
    if (Number.isInteger(code) && Number(code) >= 100 && Number(code) <= 599) {
      return { json: document, status: status >= 400 ? status : Math.max(status, Number(code)) }
    }
  }
  const fields = asFields(json)
  const detail = asFields(fields?.['detail'])
  return { json: detail !== undefined && fields?.['status'] === undefined ? detail : json, status }
}

function recognise(body: Body, isCut: boolean): HealthDocument | undefined {
  let likely: HealthDocument | undefined
  for (const { last, name, read } of READERS) {
    if (last === true && likely !== undefined) break
    const budget: Budget = { left: MAX_CHECKS, isCut }
    const reading = read(body, budget)
    if (reading === undefined) continue
    const document: HealthDocument = { format: name, ...reading, ...describeCut(budget) }
    if (reading.certainty === 'certain') return document
    likely ??= document
  }
  return likely
}

const CUT = 'It is too large to be read as a whole; the rest was not read.'

function describeCut({ left, isCut }: Budget): Pick<HealthDocument, 'problem'> {
  if (left < 0) return { problem: `It has more than ${MAX_CHECKS} checks; the rest was not read.` }
  return isCut === true ? { problem: CUT } : {}
}

/** A code that says healthy is not believed over a text that names an illness. */
function suspecting(alone: HealthDocument, text: string): HealthDocument {
  const found = alone.report.status === 'healthy' ? suspect(text) : undefined
  if (found === undefined) return alone
  const { status, word } = found
  const message = `The HTTP code says healthy, but the body, which is no document, says "${word}".`
  return { ...alone, report: { status, code: 'REPORTED_UNHEALTHY', message, checks: {} } }
}

function describeForeign(json: unknown, text: string, contentType: string | undefined): string {
  if (asFields(json) !== undefined) return 'The body is JSON, but its "status" says nothing about health.'
  if (json !== undefined) return 'The body is JSON, but no health document.'
  if (text.startsWith('\x1F\uFFFD')) return 'The body is compressed, which nobody asked for.'
  if (text.startsWith('<')) return 'The body is HTML or XML, no health document.'
  if (/^[[{]/.test(text)) return 'The body begins like JSON, but is not valid JSON.'
  const called = contentType === undefined || contentType === '' ? '' : ` (${cleanText(contentType, 60)})`
  return `The body is text${called}, no health document.`
}

/** The HTTP code as a report: 2xx is healthy, a redirect says nothing, all else is unhealthy. */
function byCodeAlone(status: number, problem: string): HealthDocument {
  const none = { format: undefined, certainty: 'none', problem } as const
  const code = 'HTTP_STATUS'
  const message = `The HTTP code is ${status}.`
  if (status >= 200 && status < 300) return { ...none, report: { status: 'healthy', checks: {} } }
  if (status >= 300 && status < 400) return { ...none, report: { status: 'unknown', code, message, checks: {} } }
  return { ...none, report: { status: 'unhealthy', code, message, checks: {} } }
}

/** Takes the worse of the HTTP code and the document, and says so where they disagree. */
function settle(report: Report, status: number): Report {
  if (status >= 200 && status < 400) {
    const said = report.status !== 'unhealthy' || report.message !== undefined
    return said ? report : { ...report, message: `The document says unhealthy, though the HTTP code is ${status}.` }
  }
  if (report.status === 'unhealthy') return report
  // 503 says "not now", and so do these two. A word without a meaning does not.
  const notNow = report.status === 'maintenance' || (report.status === 'unknown' && report.code !== 'REPORTED_UNKNOWN')
  if (status === 503 && notNow) return report
  const message = `The document says ${report.status}, but the HTTP code is ${status}.`
  return { ...report, status: 'unhealthy', code: 'HTTP_STATUS', message }
}
