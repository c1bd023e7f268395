import { access } from 'node:fs/promises'
import { defineCheck, type LocalCheck } from '../core/check.ts'
import { resultFromError } from '../core/error-codes.ts'
import { oneLine } from '../core/one-line.ts'
import { healthy, unhealthy, type Result } from '../core/result.ts'
import { filledRule, flagRule, textRule, type Rules } from '../core/rules.ts'
import { judgeMigrations, migrationsRule, type Migrations } from './support/migrations.ts'
import { refuseMisuse } from './support/misuse.ts'
import { shortened } from './support/peer.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './support/response-time.ts'
import { codeOfSqlite } from './support/sqlite-codes.ts'
import { worstOf } from './support/worst-of.ts'

/** What a database must have: a `DatabaseSync` of `node:sqlite`, or one of `better-sqlite3`. */
export interface SqliteDatabase {
  exec(sql: string): unknown
  prepare(sql: string): { all(): unknown }
  /** Of node:sqlite: whether a transaction is open. */
  readonly isTransaction?: boolean
  /** Of better-sqlite3. */
  readonly inTransaction?: boolean
  /** Of node:sqlite: the path; null in memory. */
  location?(): string | null
  /** Of better-sqlite3: the path. */
  readonly name?: string
}

export interface SqliteOptions extends TimeLimits {
  /**
   * What is asked; it should be cheap, as it blocks the process. Default: one row of the schema, which reads the file.
   */
  readonly query?: string
  /**
   * Also take the lock for writing and give it back, without waiting for it: `LOCKED`, `READ_ONLY`. While a
   * transaction of the app's is open on its connection it is not asked for. Default false.
   */
  readonly writable?: boolean
  /** Also look for damage with `PRAGMA quick_check`, which reads the whole file: `CORRUPT`. Default false. */
  readonly integrity?: boolean
  /**
   * Unhealthy, `MIGRATIONS_PENDING`, while migrations are to be applied: a query for those that were and the names
   * that should be, or a function that asks the tool. Default: not asked.
   */
  readonly migrations?: Migrations
  /** How messages call the database. Default: its path, else `SQLite`. */
  readonly where?: string
}

const RULES: Rules<SqliteOptions> = {
  query: filledRule,
  writable: flagRule,
  integrity: flagRule,
  migrations: migrationsRule,
  where: textRule,
  ...TIME_LIMITS,
}

/**
 * Asks SQLite a question through the app's own connection, or given a path, by one of its own. That one, through
 * `node:sqlite` (Node 22.13 and later), is opened anew for each run, so that a file that was replaced is noticed.
 * SQLite answers in the process itself: what is asked blocks it. Costs one query per run, and those that are asked for.
 *
 * Observed: time of the query in ms.
 *
 * Codes: `NOT_FOUND` without a file; `CORRUPT` when it is damaged, or no database; `CONNECTION_FAILED` when the
 * database was closed.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function sqlite(source: SqliteDatabase | string, options: SqliteOptions = {}): LocalCheck {
  const path = typeof source === 'string' ? source : undefined
  const isDatabase = typeof (source as Partial<SqliteDatabase> | null)?.prepare === 'function'
  refuseMisuse('sqlite', options, RULES, {
    source: (path === undefined ? !isDatabase : path === '') && 'must be a database with a prepare method, or a path',
  })
  const { migrations } = options
  const place =
    options.where ?? (path === undefined ? undefined : shortened(path)) ?? placeOf(source as SqliteDatabase) ?? 'SQLite'
  return defineCheck({
    kind: 'sqlite',
    scope: 'local',
    async run({ clock }) {
      let opened: Opened | undefined
      try {
        if (path !== undefined) opened = await open(path, options)
        const database = opened ?? (source as SqliteDatabase)
        const startedAt = clock.now()
        const { query = 'SELECT 1 FROM sqlite_schema LIMIT 1' } = options
        all(database, query)
        return worstOf(
          judgeTime(clock.now() - startedAt, options, `${query} at ${place}`),
          options.integrity === true ? judgeIntegrity(database, place) : undefined,
          options.writable === true ? judgeWritable(database) : undefined,
          migrations && (await judgeMigrations(migrations, (sql) => all(database, sql), place)),
        )
      } catch (error) {
        return resultFromError(error, place, codeOfSqlite)
      } finally {
        opened?.close()
      }
    },
  })
}

/** A connection that was closed does not say where it led to. */
function placeOf(database: SqliteDatabase): string | undefined {
  try {
    return database.name ?? database.location?.() ?? undefined
  } catch {
    return undefined
  }
}

interface Opened extends SqliteDatabase {
  close(): void
}

async function open(path: string, { writable = false }: SqliteOptions): Promise<Opened> {
  if (writable) await access(path) // opening for writing would make the file
  try {
    const { DatabaseSync } = await import('node:sqlite')
    return new DatabaseSync(path, { readOnly: !writable })
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_UNKNOWN_BUILTIN_MODULE') throw error
    throw new Error('This Node has no node:sqlite: use 22.13 or later, or give the check the database itself.', {
      cause: error,
    })
  }
}

function all(database: SqliteDatabase, sql: string): unknown {
  return database.prepare(sql).all()
}

/**
 * https://www.sqlite.org/pragma.html#pragma_quick_check: one row that says `ok`, or one for each thing that is wrong.
 */
function judgeIntegrity(database: SqliteDatabase, place: string): Result | undefined {
  const [row] = all(database, 'PRAGMA quick_check(1)') as Record<string, unknown>[]
  const found = String(Object.values(row ?? {})[0])
  if (found === 'ok') return undefined
  const message = `${place} is damaged: ${oneLine(found, 80)}. Restore it from a backup, or recover what can be with .recover.`
  return unhealthy('CORRUPT', message)
}

/**
 * Takes the lock at once or not at all: waiting for it would block the process. What the app set as time to wait is
 * kept.
 */
function judgeWritable(database: SqliteDatabase): Result {
  // A transaction of the app's on this connection holds the lock, or may: then there is nothing to be found out.
  if (database.isTransaction === true || database.inTransaction === true) return healthy()
  const waits = pragma(database, 'busy_timeout')
  database.exec('PRAGMA busy_timeout = 0')
  try {
    database.exec('BEGIN IMMEDIATE')
    try {
      // Of a database that takes reads only, BEGIN IMMEDIATE does not complain. What is written is never committed.
      database.exec(`PRAGMA user_version = ${pragma(database, 'user_version')}`)
    } finally {
      // When the disk is full SQLite has rolled it back by itself, and would say so instead.
      if (database.isTransaction !== false && database.inTransaction !== false) database.exec('ROLLBACK')
    }
    return healthy()
  } finally {
    database.exec(`PRAGMA busy_timeout = ${waits}`)
  }
}

function pragma(database: SqliteDatabase, name: string): number {
  const [row] = all(database, `PRAGMA ${name}`) as Record<string, unknown>[]
  return Number(Object.values(row ?? {})[0] ?? 0)
}
