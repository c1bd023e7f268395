import { describe, expect, it } from 'vitest'
import { resultFromError, type MoreCodes } from '../../core/error-codes.ts'
import { unreadable } from '../../testing/unreadable.ts'
import { HttpRefusal, codeOfStatus } from './http-client.ts'
import { codeOfKafka } from './kafka-codes.ts'
import { codeOfMysql } from './mysql-codes.ts'
import { codeOfNats } from './nats-connection.ts'
import { codeOfOrm, plainPrisma } from './orm-codes.ts'
import { codeOfSqlite } from './sqlite-codes.ts'

const error = (message: string, more: object = {}): Error => Object.assign(new Error(message), more)
const ofStatus: MoreCodes = (given) => codeOfStatus((given as { statusCode?: unknown }).statusCode)

describe('what stores and brokers throw', () => {
  it.each<[MoreCodes, unknown, string, string]>([
    [
      codeOfSqlite,
      error('database is locked', { code: 'ERR_SQLITE_ERROR', errcode: 5 }),
      'LOCKED',
      'Another connection holds the lock of shop. Look for a long transaction, or another process that writes.',
    ],
    [
      codeOfSqlite,
      error('attempt to write a readonly database', { code: 'SQLITE_READONLY' }),
      'READ_ONLY',
      'Nothing can be written to shop: it takes reads only (SQLITE_READONLY). See the rights of its file, and how it was opened.',
    ],
    [
      codeOfSqlite,
      error('database or disk is full', { code: 'ERR_SQLITE_ERROR', errcode: 13 }),
      'NOT_WRITABLE',
      'There is no room left at shop. Free space on its file system, or raise its limit.',
    ],
    [
      codeOfSqlite,
      error('file is not a database', { code: 'ERR_SQLITE_ERROR', errcode: 26 }),
      'CORRUPT',
      'The file at shop is damaged, or no database. Correct the path, or restore a backup.',
    ],
    [
      codeOfSqlite,
      error('unable to open database file', { code: 'ERR_SQLITE_ERROR', errcode: 14 }),
      'NOT_FOUND',
      'What is asked for does not exist at shop (unable to open database file). Correct its name, or create it.',
    ],
    [
      codeOfMysql,
      error('No connections available.'),
      'POOL_EXHAUSTED',
      'No connection of the pool to shop came free. Look for clients that are not released and for slow queries, or make the pool larger.',
    ],
    [
      codeOfNats,
      error('no responders', { name: 'NoRespondersError' }),
      'NOT_FOUND',
      'What is asked for does not exist at shop (no responders). Correct its name, or create it.',
    ],
    [
      codeOfKafka,
      error('There is no leader', { type: 'LEADER_NOT_AVAILABLE' }),
      'NO_LEADER',
      'A partition at shop has no leader. See which brokers do not run.',
    ],
    [
      ofStatus,
      new HttpRefusal(404, ''),
      'NOT_FOUND',
      'What is asked for does not exist at shop (it answered 404). Correct its name, or create it.',
    ],
    [
      codeOfOrm,
      plainPrisma(
        error('\nInvalid `prisma.$queryRawUnsafe()` invocation:\n\n\nRaw query failed.', {
          code: 'P2010',
          meta: {
            driverAdapterError: {
              cause: { kind: 'postgres', originalCode: '42703', originalMessage: 'column "foo" does not exist' },
            },
          },
        }),
      ),
      'QUERY_FAILED',
      'The query at shop failed (42703: column "foo" does not exist). Run it by hand, and see the log there.',
    ],
    [
      codeOfOrm,
      plainPrisma(
        error(
          "\n\u001b[31mInvalid \u001b[1m`prisma.$queryRawUnsafe()`\u001b[22m invocation:\u001b[39m\n\n\nCan't reach database server at `db:5432`\n\nPlease make sure it is running.",
          { code: 'P1001' },
        ),
      ),
      'CONNECTION_FAILED',
      "The connection to shop cannot be used (P1001: Can't reach database server at `db:5432` Please make sure it is running). See whether the service is up and the client connected.",
    ],
    [
      codeOfOrm,
      error('', {
        name: 'SequelizeConnectionError',
        parent: error('password authentication failed', { code: '28P01', severity: 'FATAL' }),
      }),
      'AUTH_FAILED',
      'The credentials were refused by shop (28P01). Correct user and password, and see what the user may do.',
    ],
  ])('is told in sentences (%#)', (codes, thrown, code, message) => {
    const result = resultFromError(thrown, 'shop', codes)
    expect(result).toEqual({ status: 'unhealthy', code, message })
    expect(unreadable(result)).toBeUndefined()
  })

  it('is told where nobody knows the place', () => {
    expect(resultFromError(error('', { code: 'SQLITE_BUSY' }), undefined, codeOfSqlite).message).toBe(
      'Another connection holds the lock (SQLITE_BUSY). Look for a long transaction, or another process that writes.',
    )
  })
})
