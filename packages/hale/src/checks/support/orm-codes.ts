import type { KnownCode } from '../../core/codes.ts'
import { codeFromError } from '../../core/error-codes.ts'
import { codeOfMysql } from './mysql-codes.ts'
import { codeOfSqlite } from './sqlite-codes.ts'

/** https://www.prisma.io/docs/orm/reference/error-reference */
const OF_PRISMA: Readonly<Record<string, KnownCode | undefined>> = {
  P1000: 'AUTH_FAILED',
  P1001: 'CONNECTION_FAILED',
  P1002: 'CONNECTION_TIMEOUT',
  P1008: 'TIMEOUT',
  P1010: 'AUTH_FAILED',
  P1011: 'TLS_FAILED',
  P1017: 'CONNECTION_RESET',
  P2024: 'POOL_EXHAUSTED',
  P2037: 'TOO_MANY_CONNECTIONS',
}

/** What its adapters say in `meta` of the driver's error: https://www.npmjs.com/package/@prisma/driver-adapter-utils */
const OF_ADAPTER: Readonly<Record<string, KnownCode | undefined>> = {
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
export function codeOfOrm(error: unknown): KnownCode | undefined {
  const { code, name, parent } = (error ?? {}) as { code?: unknown; name?: unknown; parent?: unknown }
  if (GAVE_UP.has(name)) return 'CONNECTION_TIMEOUT'
  if (typeof code === 'string' && /^P\d{4}$/.test(code)) return codeOfPrisma(code, error)
  if (parent !== undefined && parent !== error) {
    const below = codeFromError(parent, codeOfDriver) // where Sequelize has the driver's error
    if (below !== 'CHECK_THREW') return below
  }
  return codeOfDriver(error)
}

function codeOfPrisma(code: string, error: unknown): KnownCode {
  const { meta } = error as { meta?: { driverAdapterError?: { cause?: { kind?: unknown } } } }
  return OF_ADAPTER[String(meta?.driverAdapterError?.cause?.kind)] ?? OF_PRISMA[code] ?? 'QUERY_FAILED'
}

function codeOfDriver(error: unknown): KnownCode | undefined {
  return codeOfMysql(error) ?? codeOfSqlite(error)
}
