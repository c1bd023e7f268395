import { DatabaseSync } from 'node:sqlite'
import { MikroORM } from '@mikro-orm/postgresql'
import { PrismaPg } from '@prisma/adapter-pg'
import { drizzle } from 'drizzle-orm/node-postgres'
import { drizzle as drizzleSqlite } from 'drizzle-orm/sqlite-proxy'
import knex from 'knex'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { asker, askOnce } from '../../../../test/harness/ask.ts'
import { meetFaults } from '../../../../test/harness/meet-faults.ts'
import { startPostgres } from '../../../../test/harness/postgres.ts'
import type { RealServer } from '../../../../test/harness/server.ts'
import { openPrisma } from '../../test/subjects/prisma.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { openFaultProxy, type FaultProxy } from '../testing/fault-proxy.ts'
import { orm, type Orm, type OrmOptions } from './orm.ts'

const secret = 'harness-password'
let server: RealServer
let silent: FaultProxy
let watcher: pg.Client
beforeAll(async () => {
  server = await startPostgres()
  silent = await openFaultProxy({ target: server, mode: 'blackhole' })
  watcher = new pg.Client(server.url)
  await watcher.connect()
})
const ends: (() => unknown)[] = []
afterAll(async () => {
  await silent.close()
  await watcher.end()
  await Promise.allSettled(ends.map(async (end) => end()))
  await server.stop()
})

const through = (port: number): string => server.url.replace(`:${server.port}/`, `:${port}/`)
/** A query that ends when the watcher lets go of its lock. */
const WAITING = 'SELECT 1 FROM pg_advisory_xact_lock_shared(7)'
const letGo = async (): Promise<void> => {
  await watcher.query('SELECT pg_advisory_unlock_all()')
}
const untilOneWaits = async (): Promise<void> => {
  const sql = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query = $1"
  await expect.poll(async () => (await watcher.query(sql, [WAITING])).rowCount).toBe(1)
}
const poolOf = (connectionString: string, max: number): pg.Pool => {
  const pool = new pg.Pool({ connectionString, max })
  pool.on('error', () => {})
  // Nobody listens while a client is lent and has nothing to do; a reset would end the process then.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}
const kept = <T>(source: T, end: () => unknown): T => {
  ends.push(end)
  return source
}

/** How each is opened on PostgreSQL, with a pool of so many connections. */
const orms: Readonly<Record<string, (url: string, max: number) => Orm & object>> = {
  Drizzle(url, max) {
    const client = poolOf(url, max)
    return kept(drizzle({ client }), () => client.end())
  },
  Knex(url, max) {
    const source = knex({ client: 'pg', connection: url, pool: { min: 0, max }, log: { warn() {} } })
    return kept(source, () => source.destroy())
  },
  Kysely(url, max) {
    const source = new Kysely<object>({ dialect: new PostgresDialect({ pool: poolOf(url, max) }) })
    return kept(source, () => source.destroy())
  },
  MikroORM(url, max) {
    const source = new MikroORM({
      clientUrl: url,
      dbName: 'postgres',
      entities: [],
      discovery: { warnWhenNoEntities: false },
      driverOptions: new PostgresDialect({ pool: poolOf(url, max) }),
    })
    return kept(source, () => source.close(true))
  },
  Prisma(url, max) {
    const source = openPrisma(new PrismaPg({ connectionString: url, max }))
    return kept(source, () => source.$disconnect())
  },
  Sequelize(url, max) {
    const source = new Sequelize(url, { logging: false, pool: { max }, retry: { max: 0 } })
    return kept(source, () => source.close())
  },
}

const tellsPlace = (name: string): boolean => !['Kysely', 'Prisma'].includes(name)

/** How messages call the server: not every ORM tells where it is. */
function placeOf(name: string): string {
  return !tellsPlace(name) ? `the database of ${name}` : `\\S+:${server.port}\\S*`
}

describe.each(Object.entries(orms))('orm, through %s', (name, open) => {
  it('is answered', async () => {
    const result = await askOnce(orm(open(server.url, 2)))
    expect(result).toMatchObject({ status: 'healthy', observed: { unit: 'ms' } })
    expect(result.message).toMatch(new RegExp(`^SELECT 1 at ${placeOf(name)} answered in [\\d.]+ m?s\\.$`))
    const slow = await askOnce(orm(open(server.url, 2), { degraded: '0ms' }))
    expect(slow).toMatchObject({ status: 'degraded', code: 'SLOW', observed: { unit: 'ms' } })
  })

  it.each<[string, () => string, OrmOptions, string]>([
    // Prisma does not tell why a server cannot be reached.
    ['nothing listens', () => through(1), {}, name === 'Prisma' ? 'CONNECTION_FAILED' : 'CONNECTION_REFUSED'],
    ['the password is wrong', () => server.url.replace(secret, 'wrong'), {}, 'AUTH_FAILED'],
    ['the query is wrong', () => server.url, { query: 'SELECT foo' }, 'QUERY_FAILED'],
  ])('says so when %s', async (_, url, options, code) => {
    const result = await askOnce(orm(open(url(), 2), { where: 'shop', ...options }))
    expect(result).toMatchObject({ status: 'unhealthy', code, message: expect.stringContaining(' shop ') })
    expect(result.message).not.toContain('wrong')
  })

  it('says so while migrations are to be applied', async () => {
    const migrations = { applied: "SELECT '001' AS name UNION SELECT '002'", expected: ['001', '002', '003'] }
    expect(await askOnce(orm(open(server.url, 2), { migrations }))).toMatchObject({
      code: 'MIGRATIONS_PENDING',
      message: expect.stringMatching(/^1 migration not applied at .*: 003\. /),
    })
  })

  it('E1: tells a full pool from a silent server where it shows its pool, and asks one question only', async () => {
    const full = open(server.url, 1)
    await watcher.query('SELECT pg_advisory_lock(7)')
    onTestFinished(letGo)
    const held = askOnce(orm(full, { query: WAITING }), 60_000)
    const ask = asker(orm(full), 250)
    await untilOneWaits()
    const showsPool = !['Kysely', 'MikroORM', 'Prisma'].includes(name)
    for (let run = 0; run < 2; run++) {
      expect((await ask()).value).toMatchObject(
        showsPool ? { code: 'POOL_EXHAUSTED', observed: { unit: 'waiting' } } : { code: 'TIMEOUT' },
      )
    }
    await letGo()
    await held
    await expect.poll(async () => (await ask()).value.status).toBe('healthy')
    expect(await askOnce(orm(open(through(silent.port), 1)), 250)).toMatchObject({ code: 'TIMEOUT' })
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    const codes = await meetFaults({
      server,
      timeoutMs: 150,
      faults: ['refuse', 'reset', 'black hole'],
      ...(tellsPlace(name) ? {} : { place: `the database of ${name}` }),
      check: (port) => orm(open(through(port), 2)),
    })
    expect(Object.values(codes)).not.toContain('not detected')
    expect(codes).toMatchObject({ 'black hole': 'TIMEOUT' })
  })
})

describe('orm, through TypeORM', () => {
  const open = async (url: string): Promise<DataSource> => {
    const source = new DataSource({ type: 'postgres', url, poolSize: 1, poolErrorHandler: () => {} })
    ends.push(() => source.isInitialized && source.destroy())
    return await source.initialize()
  }

  it('is answered, tells a full pool, and detects what the way to the server does', async () => {
    const source = await open(server.url)
    expect(await askOnce(orm(source))).toMatchObject({
      status: 'healthy',
      message: expect.stringMatching(/^SELECT 1 at 127\.0\.0\.1:\d+\/postgres answered/),
      data: { total: 1, max: 1 },
    })
    expect(await askOnce(orm(source, { query: 'SELECT foo' }))).toMatchObject({ code: 'QUERY_FAILED' })
    await watcher.query('SELECT pg_advisory_lock(7)')
    onTestFinished(letGo)
    const held = source.query(WAITING)
    await untilOneWaits()
    expect(await askOnce(orm(source), 200)).toMatchObject({ code: 'POOL_EXHAUSTED' })
    await letGo()
    await held
    const codes = await meetFaults({
      server,
      timeoutMs: 150,
      faults: ['refuse', 'reset', 'black hole'],
      check: async (port) => orm(await open(through(port))),
    })
    expect(Object.values(codes)).not.toContain('not detected')
  })
})

it('orm, through Drizzle on SQLite', async () => {
  const client = new DatabaseSync(':memory:')
  const source = drizzleSqlite((sql) => Promise.resolve({ rows: client.prepare(sql).all() }))
  expect(await askOnce(orm(source))).toMatchObject({ status: 'healthy' })
  expect(await askOnce(orm(source, { query: 'SELECT foo' }))).toMatchObject({ code: 'QUERY_FAILED' })
  client.close()
  expect(await askOnce(orm(source))).toMatchObject({ code: 'CONNECTION_FAILED' })
})

describe('orm, held to the suite through Kysely', () => {
  it.each(
    checkConformance({
      name: 'orm',
      healthy: () => orm(orms['Kysely']!(server.url, 1)),
      broken: () => orm(orms['Kysely']!(through(1), 1)),
      silent: () => orm(orms['Kysely']!(through(silent.port), 1)),
      secrets: [secret],
    }).filter(({ name }) => !name.includes('leaves nothing open')), // the app's connections stay the app's
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })
})

it('orm refuses what is none', () => {
  expect(() => orm({} as never)).toThrow(HealthSetupError)
  expect(() => orm(undefined as never)).toThrow(/source: must be a client of Prisma, Drizzle/)
})
