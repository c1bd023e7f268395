import { execFile } from 'node:child_process'
import { existsSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import BetterSqlite3 from 'better-sqlite3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeFolder } from '../../../../test/harness/folder.ts'
import { askOnce } from '../../../../test/harness/ask.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { sqlite, type SqliteDatabase } from './sqlite.ts'

const folder = makeFolder('sqlite')
const file = join(folder, 'app.db')
const damaged = join(folder, 'damaged.db')
const noDatabase = join(folder, 'text.db')
beforeAll(() => {
  for (const path of [file, damaged]) {
    const database = new DatabaseSync(path)
    database.exec('create table orders (id integer primary key, note text)')
    database.exec("insert into orders (note) values (hex(randomblob(20000))), ('x')")
    database.close()
  }
  truncateSync(damaged, 8_192)
  writeFileSync(noDatabase, 'this is no database'.repeat(100))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('sqlite, by path', () => {
  it.each(
    checkConformance({
      name: 'sqlite',
      healthy: () => sqlite(file),
      broken: () => sqlite(join(folder, 'absent.db')),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it.each([
    ['the file is absent', () => join(folder, 'absent.db'), {}, 'NOT_FOUND'],
    ['the file is none of SQLite', () => noDatabase, {}, 'CORRUPT'],
    ['the file is damaged', () => damaged, { integrity: true }, 'CORRUPT'],
    ['the query is wrong', () => file, { query: 'select * from nowhere' }, 'QUERY_FAILED'],
  ])('says so when %s', async (_, path, options, code) => {
    expect(await askOnce(sqlite(path(), options))).toMatchObject({
      status: 'unhealthy',
      code,
      message: expect.stringContaining(path()),
    })
  })

  it('asks a whole database every question', async () => {
    const options = { integrity: true, writable: true, query: 'select count(*) from orders' }
    expect(await askOnce(sqlite(file, options))).toMatchObject({
      status: 'healthy',
      message: expect.stringMatching(/^select count\(\*\) from orders at .*app\.db answered in [\d.]+ m?s\.$/),
      observed: { unit: 'ms' },
    })
  })

  it('does not make a database where none is', async () => {
    const absent = join(folder, 'absent.db')
    expect(await askOnce(sqlite(absent, { writable: true }))).toMatchObject({ code: 'NOT_FOUND' })
    expect(existsSync(absent)).toBe(false)
  })
})

const kinds = {
  'node:sqlite'(path: string, readOnly: boolean) {
    return new DatabaseSync(path, { readOnly, timeout: 60_000 })
  },
  'better-sqlite3'(path: string, readonly: boolean) {
    return new BetterSqlite3(path, { readonly, timeout: 60_000 })
  },
}

describe.each(Object.entries(kinds))("sqlite, through the app's own database of %s", (_, open) => {
  let database: SqliteDatabase & { close(): unknown }
  beforeEach(() => {
    database = open(file, false)
    return () => void database.close()
  })

  it('is answered, and says so when it was closed', async () => {
    expect(await askOnce(sqlite(database, { where: 'orders', writable: true, integrity: true }))).toMatchObject({
      status: 'healthy',
      message: expect.stringMatching(/at orders answered/),
    })
    const closed = open(file, false)
    closed.close()
    expect(await askOnce(sqlite(closed))).toMatchObject({ status: 'unhealthy', code: 'CONNECTION_FAILED' })
  })

  it('E16: says LOCKED at once, however long the app would wait for the lock, and keeps that time', async () => {
    const other = open(file, false) // of the same library: locks of one process do not keep two libraries apart
    other.exec('begin immediate')
    expect(await askOnce(sqlite(database, { writable: true }), 5_000)).toMatchObject({ code: 'LOCKED' })
    expect(await askOnce(sqlite(database))).toMatchObject({ status: 'healthy' })
    other.exec('rollback')
    other.close()
    expect(await askOnce(sqlite(database, { writable: true }))).toMatchObject({ status: 'healthy' })
    expect(Object.values((database.prepare('pragma busy_timeout').all() as object[])[0] ?? {})).toEqual([60_000])
  })

  it("leaves the app's own transaction alone", async () => {
    database.exec('begin')
    database.exec("insert into orders (note) values ('y')")
    expect(await askOnce(sqlite(database, { writable: true }))).toMatchObject({ status: 'healthy' })
    expect(database.isTransaction ?? database.inTransaction).toBe(true)
    database.exec('rollback')
  })

  it('says READ_ONLY', async () => {
    const readOnly = open(file, true)
    expect(await askOnce(sqlite(readOnly, { writable: true }))).toMatchObject({ code: 'READ_ONLY' })
    readOnly.close()
  })

  it('says NOT_WRITABLE when it is full', async () => {
    database.exec('pragma max_page_count = 1')
    const query = 'insert into orders (note) values (zeroblob(1000000)) returning id'
    expect(await askOnce(sqlite(database, { query }))).toMatchObject({
      code: 'NOT_WRITABLE',
      message: expect.stringMatching(/^There is no room left at \S+app\.db(?: \(SQLITE_FULL\))?\. Free space /),
    })
    database.exec('pragma max_page_count = 1000000')
  })

  it('says so while migrations are to be applied', async () => {
    const migrations = { applied: "select '001' as name", expected: ['001', '002'] }
    expect(await askOnce(sqlite(database, { migrations }))).toMatchObject({
      code: 'MIGRATIONS_PENDING',
      message: expect.stringMatching(/^1 migration not applied at \S+: 002\. /),
    })
  })
})

it('sqlite says what kept it from writing, and not that there was nothing left to roll back', async () => {
  // Nothing more may be written: SQLite finds out at the first page of its journal, and rolls back by itself.
  const script = `
    import { DatabaseSync } from 'node:sqlite'
    import { sqlite } from ${JSON.stringify(new URL('./sqlite.ts', import.meta.url).href)}
    const database = new DatabaseSync(${JSON.stringify(file)})
    const found = await sqlite(database, { writable: true }).run({ clock: performance })
    console.log(JSON.stringify(found))`
  const node = ['ulimit -f 0; exec "$0" --input-type=module-typescript -e "$1"', process.execPath, script]
  const { stdout } = await promisify(execFile)('sh', ['-c', ...node])
  expect(JSON.parse(stdout)).toMatchObject({
    status: 'unhealthy',
    code: 'QUERY_FAILED',
    message: expect.stringMatching(/disk I\/O error|disk is full/),
  })
})

it('sqlite refuses what is neither database nor path', () => {
  expect(() => sqlite({} as never)).toThrow(HealthSetupError)
  expect(() => sqlite('')).toThrow(/source: must be a database with a prepare method, or a path/)
})
