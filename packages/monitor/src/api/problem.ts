import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { StoreError } from '../store/store.ts'

/** An error whose words are meant for the caller; everything else that is thrown answers 500 and says nothing (E10). */
export class Problem extends Error {
  readonly statusCode: number
  readonly code: string
  constructor(statusCode: number, code: string, message: string) {
    super(message)
    this.name = 'Problem'
    this.statusCode = statusCode
    this.code = code
  }
}

export function notFound(what: string): Problem {
  return new Problem(404, 'NOT_FOUND', `There is no ${what}.`)
}

/** Answers every error in the contract's shape. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { statusCode, code, message } = toProblem(error)
  if (statusCode >= 500) request.log.error({ err: error, url: request.url }, 'a request failed')
  void reply
    .code(statusCode)

    .type('application/json')
    .send({ error: { code, message } })
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof StoreError) return new Problem(503, 'STORAGE_FAILING', 'The store cannot answer at the moment.')
  if (hasZodFastifySchemaValidationErrors(error)) {
    const faults = error.validation.map(({ instancePath, message }) =>
      `${error.validationContext ?? ''}${instancePath.replaceAll('/', '.')}: ${message ?? 'is not valid'}`.trim(),
    )
    return new Problem(400, 'INVALID_REQUEST', faults.join('; '))
  }
  const { statusCode, code, message } = error instanceof Error ? (error as FastifyError) : ({} as Partial<FastifyError>)
  if (statusCode === undefined || statusCode < 400 || statusCode >= 500) {
    return new Problem(500, 'INTERNAL', 'Something went wrong in the monitor; its log says what.')
  }
  return new Problem(statusCode, CODES[statusCode] ?? code ?? 'INVALID_REQUEST', message ?? 'The request is not valid.')
}

const CODES: Readonly<Record<number, string>> = {
  400: 'INVALID_REQUEST',
  404: 'NOT_FOUND',
  413: 'BODY_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'TOO_MANY_REQUESTS',
}
