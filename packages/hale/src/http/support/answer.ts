import type { Report } from '../../core/report.ts'
import { isServing, type Status } from '../../core/status.ts'
import type { Format, WriteOptions } from '../../formats/format.ts'

/** An HTTP answer, ready to be sent. Header names in lower case, names and values alternating, length included. */
export interface Answer {
  readonly status: number
  readonly headers: readonly string[]
  readonly body: string
}

/** The answers to the three methods that ask for one report. */
export interface Answers {
  readonly GET: Answer
  readonly HEAD: Answer
  readonly OPTIONS: Answer
}

const ALLOW = ['allow', 'GET, HEAD, OPTIONS'] as const
const NO_STORE = ['cache-control', 'no-store'] as const
const encoder = new TextEncoder()

/** 200 for what may get traffic, 503 for the rest. */
export function httpStatus(status: Status): number {
  return isServing(status) ? 200 : 503
}

/** Renders a report once for every method that asks for it. */
export function renderAnswers(whole: Report, format: Format, options: WriteOptions): Answers {
  const report = format.narrow?.(whole, options) ?? whole
  const body = format.write(report, options)
  const status = format.passive === true ? 200 : httpStatus(report.status)
  const headers = [
    'content-type',
    format.contentType ?? format.contentTypes[0],
    'content-length',
    String(encoder.encode(body).length),
    ...NO_STORE,
    ...(report.retryAfterS === undefined ? [] : ['retry-after', String(report.retryAfterS)]),
    ...(options.detail ? ['x-content-type-options', 'nosniff'] : []),
    ...(format.headers ?? []),
  ]
  return {
    GET: { status, headers, body },
    HEAD: { status, headers, body: '' },
    // Balancers such as HAProxy probe with OPTIONS and look at nothing but the code, so it carries the health too.
    OPTIONS: { status, headers: [...ALLOW, ...NO_STORE, 'content-length', '0'], body: '' },
  }
}

/** An answer that is not a report. */
export function renderJson(status: number, content: object, headers: readonly string[] = []): Answer {
  const body = JSON.stringify(content)
  const length = String(encoder.encode(body).length)
  return {
    status,
    headers: ['content-type', 'application/json', 'content-length', length, ...NO_STORE, ...headers],
    body,
  }
}

/** 404: there is nothing at that path. */
export const NOT_FOUND: Answer = renderJson(404, {
  error: 'NOT_FOUND',
  message: 'There is no such health endpoint or check.',
})

/** 405: only GET, HEAD and OPTIONS ask. */
export const METHOD_NOT_ALLOWED: Answer = renderJson(
  405,
  { error: 'METHOD_NOT_ALLOWED', message: 'Use GET, HEAD or OPTIONS.' },
  ALLOW,
)
