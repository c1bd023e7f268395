import { unhealthy, type KnownCode, type Result } from 'hale'
import { resultFromError } from 'hale/core/error-codes'

/** A failure that knows its own code. Its message is shown, so it names no credentials. */
export class ProbeFailure extends Error {
  readonly code: KnownCode
  constructor(code: KnownCode, message: string) {
    super(message)
    this.name = 'ProbeFailure'
    this.code = code
  }
}

/** The result of a probe that got no answer. */
export function failedResult(error: unknown, where?: string): Result {
  return error instanceof ProbeFailure ? unhealthy(error.code, error.message) : resultFromError(error, where)
}
