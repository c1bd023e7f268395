import type { Code } from './codes.ts'
import type { CheckReport } from './report.ts'
import type { Status } from './status.ts'

/** What one run of a check found. Plain data: it can be stored, sent and compared. */
export interface Result {
  readonly status: Status
  /** Stable upper-case word for what is wrong; absent when nothing is. One of `CODES`, or the check's own. */
  readonly code?: Code
  /** What, where, and what to try, in one line for a person. Shown with the key only, after redaction. */
  readonly message?: string
  /** The measured value, if the check measures one. */
  readonly observed?: Observed
  /** Anything else worth showing, small and free of secrets. Shown with the key only, after redaction. */
  readonly data?: Readonly<Record<string, unknown>>
  /** The parts below, for a check that is a whole of its own. */
  readonly checks?: Readonly<Record<string, CheckReport>>
}

export interface Observed {
  readonly value: number | string | boolean
  /** Unit as in UCUM or plain English: `ms`, `%`, `By`, `connections`. */
  readonly unit?: string
}

type Details = Omit<Result, 'status' | 'code' | 'message'>

/** A result that says all is well. */
export function healthy(message?: string, details?: Details): Result {
  return { status: 'healthy', ...(message === undefined ? {} : { message }), ...details }
}

/** A result that says it works, but worse than it should. */
export function degraded(code: Code, message: string, details?: Details): Result {
  return { status: 'degraded', code, message, ...details }
}

/** A result that says it does not work. */
export function unhealthy(code: Code, message: string, details?: Details): Result {
  return { status: 'unhealthy', code, message, ...details }
}

/** A result that says that nothing can be said. */
export function unknown(code: Code, message: string, details?: Details): Result {
  return { status: 'unknown', code, message, ...details }
}
