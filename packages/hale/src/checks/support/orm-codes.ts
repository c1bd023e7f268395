import type { Finding } from '../../core/error-sentences.ts'
import { codeOfMysql } from './mysql-codes.ts'
import { codeOfSqlite } from './sqlite-codes.ts'
import { POOL_EXHAUSTED } from './told.ts'

/** https://www.prisma.io/docs/orm/reference/error-reference */
const OF_PRISMA: Readonly<Record<string, Finding | undefined>> = {
  P1000: 'AUTH_FAILED',
  P1001: 'CONNECTION_FAILED',
  P1002: 'CONNECTION_TIMEOUT',
  P1008: 'TIMEOUT',
  P1010: 'AUTH_FAILED',
  P1011: 'TLS_FAILED',
  P1017: 'CONNECTION_RESET',
  P2024: POOL_EXHAUSTED,
  P2037: 'TOO_MANY_CONNECTIONS',
}

/** What its adapters say in `meta` of the driver's error: https://www.npmjs.com/package/@prisma/driver-adapter-utils */
const OF_ADAPTER: Readonly<Record<string, Finding | undefined>> = {
  AuthenticationFailed: 'AUTH_FAILED',
  DatabaseAccessDenied: 'AUTH_FAILED',
  DatabaseNotReachable: 'CONNECTION_FAILED',
  ConnectionClosed: 'CONNECTION_RESET',
  SocketTimeout: 'CONNECTION_TIMEOUT',
  TlsConnectionError: 'TLS_FAILED',
  TooManyConnections: 'TOO_MANY_CONNECTIONS',
}

/** A pool that gave up: whether it was full or the server silent, its figures tell. */
const GAVE_UP: ReadonlySet<unknown> = new Set(['KnexTimeoutError', 'SequelizeConnectionAcquireTimeoutError'])

/** The code of an error of an ORM, or of the driver's below it. Undefined: one that the common table knows. */
export function codeOfOrm(error: unknown): Finding | undefined {
  const { code, meta, name } = (error ?? {}) as PrismaError & { name?: unknown }
  if (GAVE_UP.has(name)) return 'CONNECTION_TIMEOUT'
  const kind = meta?.driverAdapterError?.cause?.kind
  if (kind !== undefined || (typeof code === 'string' && /^P\d{4}$/.test(code))) {
    return OF_ADAPTER[String(kind)] ?? OF_PRISMA[String(code)] ?? 'QUERY_FAILED'
  }
  return codeOfDriver(error)
}

/** What Prisma throws; with an adapter it has what the driver said. */
interface PrismaError {
  readonly code?: unknown
  readonly message?: unknown
  readonly meta?: { readonly driverAdapterError?: { readonly cause?: AdapterError } }
}

interface AdapterError {
  readonly kind?: unknown
  readonly originalCode?: unknown
  readonly originalMessage?: unknown
}

/** An error of Prisma's in the words of the driver, without the lines of code that it shows above them. */
export function plainPrisma(error: unknown): unknown {
  const { code, message, meta } = (error ?? {}) as PrismaError
  const { originalCode = code, originalMessage = message } = meta?.driverAdapterError?.cause ?? {}
  const text = String(originalMessage).replace(/^[^]*? invocation:\s*/, '')
  return Object.assign(new Error(text, { cause: error }), { code: originalCode, meta })
}

function codeOfDriver(error: unknown): Finding | undefined {
  return codeOfMysql(error) ?? codeOfSqlite(error)
}
