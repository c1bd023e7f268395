import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest'
import { asker, askOnce } from '../../../../test/harness/ask.ts'
import {
  CONNECTION_LOST,
  endingWith,
  expectAnswerWhileStopped,
  expectConnectionReplaced,
  expectFaultsFound,
} from '../../../../test/harness/expect-check.ts'
import { startPostgres } from '../../../../test/harness/postgres.ts'
import type { RealServer } from '../../../../test/harness/server.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { openFaultProxy, type FaultProxy } from '../testing/fault-proxy.ts'
import { postgres } from './postgres.ts'

let server: RealServer
let silent: FaultProxy
beforeAll(async () => {
  server = await startPostgres({ maxConnections: 20 })
  silent = await openFaultProxy({ target: server, mode: 'blackhole' })
})
afterAll(async () => {
  await silent.close()
  await server.stop()
})

const through = (port: number): string => server.url.replace(`:${server.port}/`, `:${port}/`)
const parted = (): pg.ClientConfig => {
  const { hostname: host, username: user, password, pathname } = new URL(server.url)
  return { host, port: server.port, user, password, database: pathname.slice(1) }
}
const connections = async (): Promise<number> => {
  const client = new pg.Client(server.url)
  await client.connect()
  const sql = "select count(*)::int as n from pg_stat_activity where application_name = 'hale'"
  const { rows } = await client.query<{ n: number }>(sql)
  await client.end()
  return rows[0]?.n ?? -1
}

describe('postgres, by URL', () => {
  const secret = 'harness-password'
  it.each(
    checkConformance({
      name: 'postgres',
      healthy: () => postgres(server.url),
      broken: () => postgres(through(1)),
      silent: () => postgres(through(silent.port)),
      secrets: [secret],
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('says how long the query took, and where', async () => {
    const result = await askOnce(postgres(server.url))
    expect(result).toMatchObject({ status: 'healthy', observed: { unit: 'ms' } })
    expect(result.message).toMatch(/^SELECT 1 at 127\.0\.0\.1:\d+\/postgres answered in [\d.]+ m?s\.$/)
  })

  it.each([
    ['a pool by its address', () => new pg.Pool({ connectionString: server.url })],
    ['a pool by host and port', () => new pg.Pool(parted())],
    ['a client', () => new pg.Client(parted())],
  ])('says where %s leads, without secrets', async (_, open) => {
    const client = open()
    if (client instanceof pg.Client) await client.connect()
    const { message } = await askOnce(postgres(client))
    expect(message).toMatch(new RegExp(`^SELECT 1 at 127\\.0\\.0\\.1:${server.port}(?:/postgres)? answered in`))
    await client.end()
  })

  it('E12: keeps one connection, and gives it back in the end', async () => {
    const check = postgres(server.url)
    const ask = asker(check)
    for (let run = 0; run < 5; run++) expect((await ask()).value.status).toBe('healthy')
    // Those of other tests have said goodbye, and may not have been let go yet.
    await expect.poll(connections).toBe(1)
    await check.close?.()
    await expect.poll(connections).toBe(0)
  })

  it.each([
    ['the password is wrong', () => server.url.replace(secret, 'wrong'), 'AUTH_FAILED'],
    ['the database does not exist', () => `${server.url}s`, 'QUERY_FAILED'],
    ['nothing listens', () => through(1), 'CONNECTION_REFUSED'],
    ['the name does not exist', () => 'postgres://no-such-name.invalid/x', /^DNS_/],
  ])('says so when %s', async (_, url, code) => {
    const result = await askOnce(postgres(url()))
    expect(result.status).toBe('unhealthy')
    expect(result.code).toMatch(code)
    expect(result.message).not.toContain('wrong')
  })

  it('says what the server said of a bad query', async () => {
    const result = await askOnce(postgres(server.url, { query: 'select * from nowhere' }))
    expect(result).toMatchObject({ code: 'QUERY_FAILED', message: expect.stringContaining('"nowhere" does not exist') })
  })

  it('says so when the server takes no more connections', async () => {
    const clients = Array.from({ length: 25 }, () => new pg.Client(server.url))
    await Promise.allSettled(clients.map((client) => client.connect()))
    const ordinary = server.url
    expect(await askOnce(postgres(ordinary))).toMatchObject({ code: 'TOO_MANY_CONNECTIONS' })
    await Promise.allSettled(clients.map((client) => client.end()))
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    await expectFaultsFound({ server, check: (port) => postgres(through(port)) }, { reset: 'CONNECTION_RESET' })
  })

  it('E12: asks over one connection, has another one when that broke, and none in the end', async () => {
    await expectConnectionReplaced(server, (port) => postgres(through(port)))
  })

  it('E3: is answered in time while the server is stopped in its tracks', async () => {
    await expectAnswerWhileStopped(server, postgres(server.url), 500)
  })
})

describe("postgres, through the app's own pool", () => {
  let pool: pg.Pool
  beforeEach(() => {
    pool = new pg.Pool({ connectionString: server.url, max: 2 })
    pool.on('error', () => {})
    return () => void pool.end()
  })

  it('shows the figures of the pool', async () => {
    const result = await askOnce(postgres(pool))
    expect(result).toMatchObject({ status: 'healthy', data: { total: 1, waiting: 0, max: 2 } })
  })

  it('E1: says POOL_EXHAUSTED when nobody gives back, and queues one query only', async () => {
    const held = await Promise.all([pool.connect(), pool.connect()])
    const ask = asker(postgres(pool, { where: 'orders-db' }), 300)
    for (let run = 0; run < 3; run++) {
      expect((await ask()).value).toMatchObject({
        code: 'POOL_EXHAUSTED',
        message: expect.stringMatching(/^All 2 connections of the pool to orders-db are in use/),
        observed: { value: pool.waitingCount, unit: 'waiting' },
      })
    }
    // One, or another where the machine stood still so long that the first was taken for lost.
    expect(pool.waitingCount).toBeLessThan(3)
    for (const client of held) client.release()
    await expect.poll(async () => (await ask()).value.status).toBe('healthy')
  })

  it('says POOL_EXHAUSTED as well when the pool itself gives up first', async () => {
    const impatient = new pg.Pool({ connectionString: server.url, max: 1 })
    const held = await impatient.connect()
    impatient.options.connectionTimeoutMillis = 500
    expect(await askOnce(postgres(impatient))).toMatchObject({ code: 'POOL_EXHAUSTED' })
    held.release()
    await impatient.end()
  })

  it('tells a slow server from a full pool', async () => {
    expect(await askOnce(postgres(pool, { query: 'select pg_sleep(0.5)' }), 200)).toMatchObject({ code: 'TIMEOUT' })
    const slow = postgres(pool, { query: 'select pg_sleep(0.05)', degraded: '20ms' })
    expect(await askOnce(slow)).toMatchObject({ status: 'degraded', code: 'SLOW' })
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    await expectFaultsFound(
      {
        server,
        // What it cannot read leaves a connection of the pool hanging for good.
        lasting: 'garbage',
        check(port) {
          const own = new pg.Pool({ connectionString: through(port), max: 2 }).on('error', () => {})
          return endingWith(postgres(own), () => void own.end())
        },
      },
      CONNECTION_LOST,
    )
  })

  it('says so when the pool was ended, and when a client was', async () => {
    const ended = new pg.Pool({ connectionString: server.url })
    await ended.end()
    expect(await askOnce(postgres(ended))).toMatchObject({ code: 'CONNECTION_FAILED' })
    const client = new pg.Client(server.url)
    await client.connect()
    expect(await askOnce(postgres(client))).toMatchObject({ status: 'healthy' })
    await client.end()
    expect(await askOnce(postgres(client))).toMatchObject({ code: 'CONNECTION_FAILED' })
  })

  it('says so when the server stops', async () => {
    const own = await startPostgres()
    const pool = new pg.Pool({ connectionString: own.url })
    pool.on('error', () => {})
    const ask = asker(postgres(pool))
    expect((await ask()).value.status).toBe('healthy')
    await own.stop()
    await expect.poll(async () => (await ask()).value.code).toBe('CONNECTION_REFUSED')
    await pool.end()
  })
})

describe('postgres, of a primary and its standby', () => {
  let standby: RealServer
  let primary: pg.Client
  let admin: pg.Client
  beforeAll(async () => {
    standby = await startPostgres({ standbyOf: server })
    primary = new pg.Client(server.url)
    admin = new pg.Client(standby.url)
    await Promise.all([primary.connect(), admin.connect()])
  })
  afterAll(async () => {
    await Promise.all([primary.end(), admin.end()])
    await standby.stop()
  })

  it('tells one from the other', async () => {
    expect(await askOnce(postgres(server.url, { role: 'primary' }))).toMatchObject({ status: 'healthy' })
    await expect
      .poll(() => askOnce(postgres(standby.url, { role: 'replica' })))
      .toMatchObject({ status: 'healthy', data: { role: 'replica' } })
    expect(await askOnce(postgres(standby.url, { role: 'primary', where: 'orders-db' }))).toMatchObject({
      code: 'WRONG_ROLE',
      message: expect.stringMatching(/^orders-db is a replica, expected a primary\. /),
      observed: { value: 'replica' },
    })
  })

  it('says how far the standby is behind, and that it is not when nothing was written', async () => {
    const check = postgres(standby.url, { lagDegraded: '200ms', lagUnhealthy: '1h' })
    const ask = asker(check)
    await primary.query('create table if not exists written (at timestamptz)')
    await expect.poll(async () => (await ask()).value).toMatchObject({ status: 'healthy', data: { lagMs: 0 } })
    onTestFailed(async () => void (await admin.query('select pg_wal_replay_resume()')))
    await admin.query('select pg_wal_replay_pause()')
    await primary.query('insert into written values (now())')
    await expect
      .poll(async () => (await ask()).value)
      .toMatchObject({
        status: 'degraded',
        code: 'REPLICA_LAG',
        message: expect.stringMatching(/^The replica 127\.0\.0\.1:\d+\/postgres is .* behind, limit 200 ms\. /),
        observed: { unit: 'ms' },
      })
    await admin.query('select pg_wal_replay_resume()')
    await expect.poll(async () => (await ask()).value.status).toBe('healthy')
    await check.close?.()
  })

  it('says so when the standby follows nobody', async () => {
    await admin.query("alter system set primary_conninfo = 'host=127.0.0.1 port=1'")
    await admin.query('select pg_reload_conf()')
    const check = postgres(standby.url, { lagDegraded: '1h' })
    const ask = asker(check)
    await expect.poll(async () => (await ask()).value.code).toBe('REPLICATION_STOPPED')
    await check.close?.()
  })
})

describe('postgres, and what the app needs of it', () => {
  it('says how much of a pool is in use', async () => {
    const pool = new pg.Pool({ connectionString: server.url, max: 4 })
    const held = await Promise.all([pool.connect(), pool.connect(), pool.connect()])
    expect(await askOnce(postgres(pool, { poolDegraded: '70%', poolUnhealthy: '80%' }))).toMatchObject({
      status: 'degraded',
      code: 'POOL_SATURATED',
      message: expect.stringMatching(/^3 of 4 connections of the pool to .* are in use \(75 %\), limit 70 %\. /),
      observed: { value: 75, unit: '%' },
    })
    for (const client of held) client.release()
    expect(await askOnce(postgres(pool, { poolDegraded: '70%' }))).toMatchObject({ status: 'healthy' })
    await pool.end()
  })

  it('says so while migrations are to be applied, however the app knows', async () => {
    const pool = new pg.Pool({ connectionString: server.url })
    await pool.query("drop table if exists applied; create table applied as select '001' as name")
    const migrations = { applied: 'select name from applied', expected: () => ['001', '002', '003'] }
    expect(await askOnce(postgres(pool, { where: 'orders-db', migrations }))).toMatchObject({
      status: 'unhealthy',
      code: 'MIGRATIONS_PENDING',
      message: '2 migrations not applied at orders-db: 002, 003. Apply them, or run the version of the app that fits.',
      observed: { value: 2, unit: 'migrations' },
    })
    await pool.query("insert into applied values ('002'), ('003'), ('of a later version')")
    expect(await askOnce(postgres(pool, { migrations }))).toMatchObject({
      status: 'healthy',
      data: { pendingMigrations: 0 },
    })
    const noTable = { ...migrations, applied: 'select name from nowhere' }
    expect(await askOnce(postgres(pool, { migrations: noTable }))).toMatchObject({ code: 'QUERY_FAILED' })
    for (const [pending, count] of [
      [[{ name: 'a' }, { file: 'b.ts' }], 2],
      [3, 3],
      [true, 1],
    ] as const) {
      const result = await askOnce(postgres(pool, { migrations: () => Promise.resolve(pending) }))
      expect(result).toMatchObject({ code: 'MIGRATIONS_PENDING', observed: { value: count } })
    }
    expect(await askOnce(postgres(pool, { migrations: () => [] }))).toMatchObject({ status: 'healthy' })
    await pool.end()
  })
})

it('postgres refuses what is neither client nor URL', () => {
  expect(() => postgres({} as never)).toThrow(HealthSetupError)
  expect(() => postgres('mysql://u:secret@x')).toThrow(/source: the URL must begin with postgres/)
  expect(() => postgres('mysql://u:secret@x')).not.toThrow(/secret/)
  const wrong = { poolDegraded: 'much', lagDegraded: '1 hour', role: 'boss', migrations: { applied: 'select 1' } }
  expect(() => postgres('postgres://x', wrong as never)).toThrow(
    /poolDegraded: .*\n.*lagDegraded: .*\n.*role: .*\n.*migrations: /,
  )
})
