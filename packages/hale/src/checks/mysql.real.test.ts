import mariadb from 'mariadb'
import mysql2 from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asker, askOnce } from '../../../../test/harness/ask.ts'
import {
  endingWith,
  expectAnswerWhileStopped,
  expectFaultsFound,
  expectOneConnection,
  TOLD_APART,
} from '../../../../test/harness/expect-check.ts'
import { startMariadb } from '../../../../test/harness/mariadb.ts'
import { serveMysqlWire, type MysqlWireRow } from '../../../../test/harness/mysql-wire.ts'
import type { RealServer } from '../../../../test/harness/server.ts'
import { useServer } from '../../../../test/harness/use-server.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { mysql, type MysqlClient, type MysqlOptions } from './mysql.ts'

const secret = 'harness-password'
const real = useServer(() => startMariadb({ maxConnections: 20 }))

const through = (port: number): string => real.server.url.replace(`:${real.server.port}/`, `:${port}/`)
const account = () => ({ host: '127.0.0.1', user: 'hale', password: secret, database: 'shop' })

describe('mysql, by URL', () => {
  it.each(
    checkConformance({
      name: 'mysql',
      healthy: () => mysql(real.server.url),
      broken: () => mysql(through(1)),
      silent: () => mysql(through(real.silent.port)),
      secrets: [secret],
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('says how long the query took, and where', async () => {
    const result = await askOnce(mysql(real.server.url.replace('mysql:', 'mariadb:')))
    expect(result).toMatchObject({ status: 'healthy', observed: { unit: 'ms' } })
    expect(result.message).toMatch(/^SELECT 1 at 127\.0\.0\.1:\d+\/shop answered in [\d.]+ m?s\.$/)
    const slow = await askOnce(mysql(real.server.url, { degraded: '0ms' }))
    expect(slow).toMatchObject({ status: 'degraded', code: 'SLOW', observed: { unit: 'ms' } })
  })

  it('E12: keeps one connection, and gives it back in the end', async () => {
    await expectOneConnection(real.server, (port) => mysql(through(port)))
  })

  it.each([
    ['the password is wrong', () => real.server.url.replace(secret, 'wrong'), 'AUTH_FAILED'],
    ['the database does not exist', () => real.server.url.replace('/shop', '/none'), 'QUERY_FAILED'],
    ['nothing listens', () => through(1), 'CONNECTION_REFUSED'],
    ['the name does not exist', () => 'mysql://no-such-name.invalid/x', /^DNS_/],
  ])('says so when %s', async (_, url, code) => {
    const result = await askOnce(mysql(url()))
    expect(result.status).toBe('unhealthy')
    expect(result.code).toMatch(code)
    expect(result.message).not.toContain('wrong')
  })

  it('says what the server said of a bad query', async () => {
    const result = await askOnce(mysql(real.server.url, { query: 'select * from nowhere' }))
    expect(result).toMatchObject({ code: 'QUERY_FAILED', message: expect.stringContaining("nowhere' doesn't exist") })
  })

  it('says so when the server takes no more connections', async () => {
    const opened: mysql2.Connection[] = []
    const fill = async (): Promise<void> => {
      for (let tries = 0; tries < 50; tries++) opened.push(await mysql2.createConnection(real.server.url))
    }
    await expect(fill()).rejects.toThrow('Too many connections')
    expect(await askOnce(mysql(real.server.url))).toMatchObject({ code: 'TOO_MANY_CONNECTIONS' })
    for (const connection of opened) connection.destroy()
    await expect.poll(async () => (await askOnce(mysql(real.server.url))).status).toBe('healthy')
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    const codes = {
      ...TOLD_APART,
      garbage: 'TIMEOUT',
      'half close': expect.stringMatching(/^CONNECTION_RESET|^TIMEOUT/),
    }
    await expectFaultsFound({ server: real.server, check: (port) => mysql(through(port)) }, codes)
  })

  it('E3: is answered in time while the server is stopped in its tracks', async () => {
    await expectAnswerWhileStopped(real.server, mysql(real.server.url), 500)
  })

  it('says so while migrations are to be applied', async () => {
    const client = await mysql2.createConnection(real.server.url)
    await client.query('create or replace table applied (name varchar(100)) select "001" as name')
    const migrations = { applied: 'select name from applied', expected: ['001', '002'] }
    expect(await askOnce(mysql(real.server.url, { migrations }))).toMatchObject({
      code: 'MIGRATIONS_PENDING',
      message: expect.stringMatching(/^1 migration not applied at .*: 002\. /),
      observed: { value: 1, unit: 'migrations' },
    })
    await client.query('insert into applied (name) values ("002"), ("003")')
    expect(await askOnce(mysql(real.server.url, { migrations }))).toMatchObject({
      status: 'healthy',
      data: { pendingMigrations: 0 },
    })
    await client.end()
  })
})

const pools = {
  mysql2(port: number, limit: number) {
    const pool = mysql2.createPool({ ...account(), port, connectionLimit: limit })
    return { pool, take: () => pool.getConnection(), end: () => pool.end() }
  },
  mariadb(port: number, limit: number) {
    const pool = mariadb.createPool({ ...account(), port, connectionLimit: limit, acquireTimeout: 2_000 })
    return { pool, take: () => pool.getConnection(), end: () => pool.end() }
  },
}

describe.each(Object.entries(pools))("mysql, through the app's own pool of %s", (name, open) => {
  it('shows the figures of the pool', async () => {
    const { pool, end } = open(real.server.port, 2)
    const result = await askOnce(mysql(pool))
    expect(result).toMatchObject({ status: 'healthy', observed: { unit: 'ms' }, data: { waiting: 0 } })
    expect(result.message).toMatch(name === 'mysql2' ? /^SELECT 1 at 127\.0\.0\.1:\d+ / : /^SELECT 1 at MySQL /)
    await end()
    expect(await askOnce(mysql(pool))).toMatchObject({ code: 'CONNECTION_FAILED' })
  })

  it('E1: says POOL_EXHAUSTED when nobody gives back, and queues one query only', async () => {
    const { pool, take, end } = open(real.server.port, 2)
    const held = await Promise.all([take(), take()])
    const ask = asker(mysql(pool, { where: 'orders-db' }), 300)
    for (let run = 0; run < 3; run++) {
      const { value } = await ask()
      expect(value).toMatchObject({
        code: 'POOL_EXHAUSTED',
        message: expect.stringMatching(/^All 2 connections of the pool to orders-db are in use/),
        observed: { unit: 'waiting' },
      })
      // One, or another where the machine stood still so long that the first was taken for lost.
      expect(value.observed?.value).toBeLessThan(3)
    }
    for (const connection of held) await connection.release()
    await expect.poll(async () => (await ask()).value.status).toBe('healthy')
    await end()
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    await expectFaultsFound({
      server: real.server,
      timeoutMs: 150,
      ...(name === 'mariadb' ? { place: 'MySQL' } : {}), // its pool hides where it leads
      check(port) {
        const { pool, end } = open(port, 2)
        return endingWith(mysql(pool), () => void end().catch(() => {}))
      },
    })
  })
})

it('mysql says how much of a pool is in use', async () => {
  const pool = mysql2.createPool({ ...account(), port: real.server.port, connectionLimit: 4 })
  const held = await Promise.all([pool.getConnection(), pool.getConnection(), pool.getConnection()])
  expect(await askOnce(mysql(pool, { poolDegraded: '70%', poolUnhealthy: '90%' }))).toMatchObject({
    status: 'degraded',
    code: 'POOL_SATURATED',
    message: expect.stringMatching(/^3 of 4 connections of the pool to .* are in use \(75 %\), limit 70 %\. /),
    observed: { value: 75, unit: '%' },
  })
  for (const connection of held) connection.release()
  expect(await askOnce(mysql(pool, { poolDegraded: '70%' }))).toMatchObject({ status: 'healthy' })
  await pool.end()
})

describe('mysql, of a replica', () => {
  let replica: RealServer
  let admin: mysql2.Connection
  beforeAll(async () => {
    replica = await startMariadb({ serverId: 2 })
    admin = await mysql2.createConnection(replica.url)
  })
  afterAll(async () => {
    admin.destroy()
    await replica.stop()
  })

  /** From where the primary is now: what it did before, the replica did by itself. */
  const follow = async (admin: mysql2.Connection): Promise<void> => {
    const primary = await mysql2.createConnection(real.server.url)
    const [rows] = await primary.query<mysql2.RowDataPacket[]>('select @@gtid_binlog_pos as position')
    await primary.end()
    await admin.query('stop slave')
    await admin.query('reset master')
    await admin.query(`set global gtid_slave_pos = '${rows[0]?.['position']}'`)
    await admin.query(
      `change master to master_host='127.0.0.1', master_port=${real.server.port}, master_user='hale', master_password='${secret}', master_use_gtid=slave_pos`,
    )
  }

  it('tells primary from replica, and whether the replica follows', async () => {
    expect(await askOnce(mysql(real.server.url, { role: 'primary' }))).toMatchObject({ status: 'healthy' })
    expect(await askOnce(mysql(real.server.url, { role: 'replica' }))).toMatchObject({
      code: 'WRONG_ROLE',
      observed: { value: 'primary' },
    })
    await follow(admin)
    const check = mysql(replica.url, { role: 'replica', lagDegraded: '1m' })
    const ask = asker(check)
    expect((await ask()).value).toMatchObject({ status: 'unhealthy', code: 'REPLICATION_STOPPED' })
    await admin.query('start slave')
    await expect.poll(async () => (await ask()).value.code).not.toBe('REPLICATION_STOPPED')
    await admin.query('stop slave')
    expect((await ask()).value.code).toBe('REPLICATION_STOPPED')
    await check.close?.()
  })
})

describe('mysql, of a server that speaks as MySQL 8.4 does', () => {
  const follows = { Replica_IO_Running: 'Yes', Replica_SQL_Running: 'Yes', Seconds_Behind_Source: 0 }
  const serve = (channels: readonly MysqlWireRow[]) =>
    serveMysqlWire({ password: secret, answers: { 'SELECT 1': [{ 1: 1 }], 'SHOW REPLICA STATUS': channels } })
  const told = async (channels: readonly MysqlWireRow[], options: MysqlOptions) => {
    await using wire = await serve(channels)
    return await askOnce(mysql(`mysql://hale:${secret}@127.0.0.1:${wire.port}/shop`, options))
  }

  it('logs in by caching_sha2_password, without TLS, by key and from the cache', async () => {
    await using wire = await serve([])
    const url = `mysql://hale:${secret}@127.0.0.1:${wire.port}/shop`
    for (let run = 0; run < 2; run++)
      expect(await askOnce(mysql(url, { role: 'primary' }))).toMatchObject({ status: 'healthy' })
    const pool = mariadb.createPool({ ...account(), port: wire.port, connectionLimit: 1 })
    expect(await askOnce(mysql(pool, { role: 'primary' }))).toMatchObject({ status: 'healthy' })
    await pool.end()
    expect(wire.proofs).toEqual(['full', 'fast', 'fast'])

    const refused = await askOnce(mysql(url.replace(secret, 'wrongwrong')))
    expect(refused).toMatchObject({ status: 'unhealthy', code: 'AUTH_FAILED' })
    expect(refused.message).not.toContain('wrongwrong')
  })

  it('says that mariadb has no key to log in with', async () => {
    await using wire = await serve([])
    const connecting = mariadb.createConnection({ ...account(), port: wire.port })
    const client: MysqlClient = { query: async (sql) => (await connecting).query(sql) }
    expect(await askOnce(mysql(client))).toMatchObject({
      code: 'CONNECTION_FAILED',
      message: expect.stringContaining('ER_CANNOT_RETRIEVE_RSA_KEY'),
    })
  })

  it.each([
    ['MySQL', { ...follows, Seconds_Behind_Source: 12 }],
    ['MariaDB', { Slave_IO_Running: 'Yes', Slave_SQL_Running: 'Yes', Seconds_Behind_Master: 12 }],
  ])('reads the lag of a replica by the names of %s', async (_, channel) => {
    expect(await told([channel], { role: 'replica', lagDegraded: '10s' })).toMatchObject({
      status: 'degraded',
      code: 'REPLICA_LAG',
      observed: { value: 12_000, unit: 'ms' },
      data: { role: 'replica', lagMs: 12_000 },
    })
  })

  it.each([
    [{ Replica_IO_Running: 'Connecting', Seconds_Behind_Source: null }],
    [{ Replica_SQL_Running: 'No', Seconds_Behind_Source: null }],
  ])('says that it follows nobody: %o', async (channel) => {
    expect(await told([{ ...follows, ...channel }], { lagDegraded: '10s' })).toMatchObject({
      status: 'unhealthy',
      code: 'REPLICATION_STOPPED',
    })
  })

  it('judges the worst of its channels', async () => {
    const late = { ...follows, Seconds_Behind_Source: 30, Channel_Name: 'orders' }
    const options = { lagDegraded: '10s', lagUnhealthy: '1m' } as const
    expect(await told([follows, late, follows], options)).toMatchObject({
      status: 'degraded',
      code: 'REPLICA_LAG',
      observed: { value: 30_000 },
    })
    const stopped = { ...follows, Replica_IO_Running: 'No' }
    expect(await told([follows, stopped, late], options)).toMatchObject({ code: 'REPLICATION_STOPPED' })
  })
})

it('mysql refuses what is neither client nor URL', () => {
  expect(() => mysql({} as never)).toThrow(HealthSetupError)
  expect(() => mysql('postgres://u:secret@x')).toThrow(/source: the URL must begin with mysql:\/\/ or mariadb:\/\//)
  expect(() => mysql('postgres://u:secret@x')).not.toThrow(/secret/)
  expect(() => mysql('mysql://x', { poolDegraded: 'much', lagUnhealthy: 'long', role: 'boss' as never })).toThrow(
    /poolDegraded: .*\n.*lagUnhealthy: .*\n.*role: /,
  )
})
