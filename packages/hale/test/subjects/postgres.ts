import { MikroORM } from '@mikro-orm/postgresql'
import { PrismaPg } from '@prisma/adapter-pg'
import { drizzle } from 'drizzle-orm/node-postgres'
import { orm, type Orm } from 'hale/checks/orm'
import { postgres } from 'hale/checks/postgres'
import knex from 'knex'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'
import { startPostgres } from '../../../../test/harness/postgres.ts'
import { openPrisma } from './prisma.ts'
import { KEEPS_ONE, through, type Account, type Bed, type Mend, type Opened, type Subject } from './subject.ts'

/** Connections of each pool. */
const MAX = 2

/** PostgreSQL, with an account for each. */
export async function openPostgres(): Promise<Bed> {
  const server = await startPostgres({ maxConnections: 100 })
  const admin = new pg.Client(server.url)
  await admin.connect()
  let count = 0
  const openAccount = async (): Promise<Account> => {
    const name = `app${(count += 1)}`
    await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD 'right'`)
    return {
      url: (port) => through(`postgres://${name}:right@${server.host}/postgres`, port),
      async lose() {
        await admin.query(`ALTER ROLE ${name} PASSWORD 'changed'`)
        await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [name])
        return () => admin.query(`ALTER ROLE ${name} PASSWORD 'right'`)
      },
    }
  }
  const subject = async (
    parts: Pick<Subject, 'check' | 'client' | 'without'>,
    open: (url: string) => Opened | Promise<Opened>,
  ): Promise<Subject> => {
    const account = await openAccount()
    return { ...parts, account, open: async (port) => open(account.url(port)) }
  }
  const subjects = [
    await subject({ check: 'postgres', client: 'url', without: { 'full pool': KEEPS_ONE } }, (url) => ({
      check: postgres(url),
    })),
    await subject({ check: 'postgres', client: 'pg' }, (url) => {
      const pool = poolOf(url)
      return { check: postgres(pool), takeAll: () => takeAll(pool), end: () => pool.end() }
    }),
  ]
  for (const [client, open] of Object.entries(ORMS)) subjects.push(await subject({ check: 'orm', client }, open))
  return {
    server,
    subjects,
    openAccount,
    async [Symbol.asyncDispose]() {
      await admin.end()
      await server.stop()
    },
  }
}

const ORMS: Readonly<Record<string, (url: string) => Opened | Promise<Opened>>> = {
  drizzle: (url) => overPool(url, (client) => drizzle({ client })),
  knex(url) {
    const source = knex({ client: 'pg', connection: url, pool: { min: 0, max: MAX }, log: { warn() {} } })
    const client = source.client as KnexClient
    return {
      check: orm(source),
      async takeAll() {
        const held = await Promise.all(Array.from({ length: MAX }, () => client.acquireConnection()))
        return () => Promise.all(held.map((each) => client.releaseConnection(each)))
      },
      end: () => source.destroy(),
    }
  },
  kysely: (url) => overPool(url, (pool) => new Kysely<object>({ dialect: new PostgresDialect({ pool }) })),
  'mikro-orm': (url) =>
    overPool(
      url,
      (pool) =>
        new MikroORM({
          clientUrl: url,
          dbName: 'postgres',
          entities: [],
          discovery: { warnWhenNoEntities: false },
          driverOptions: new PostgresDialect({ pool }),
        }),
    ),
  prisma: (url) => overPool(url, (pool) => openPrisma(new PrismaPg(pool))),
  sequelize(url) {
    const source = new Sequelize(url, { logging: false, pool: { max: MAX }, retry: { max: 0 } })
    const { connectionManager } = source
    return {
      check: orm(source),
      async takeAll() {
        const held = await Promise.all(
          Array.from({ length: MAX }, () => connectionManager.getConnection({ type: 'write' })),
        )
        return async () => held.map((each) => connectionManager.releaseConnection(each))
      },
      end: () => source.close(),
    }
  },
  async typeorm(url) {
    const source = await new DataSource({
      type: 'postgres',
      url,
      poolSize: MAX,
      poolErrorHandler: () => {},
    }).initialize()
    return {
      check: orm(source),
      async takeAll() {
        const held = Array.from({ length: MAX }, () => source.createQueryRunner())
        await Promise.all(held.map((each) => each.connect()))
        return () => Promise.all(held.map((each) => each.release()))
      },
      end: () => source.destroy(),
    }
  },
}

interface KnexClient {
  acquireConnection(): Promise<unknown>
  releaseConnection(connection: unknown): Promise<void>
}

/** An ORM over a pool that the app makes for it. */
function overPool(url: string, open: (pool: pg.Pool) => Orm): Opened {
  const pool = poolOf(url)
  return { check: orm(open(pool)), takeAll: () => takeAll(pool), end: () => pool.end() }
}

function poolOf(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: MAX })
  pool.on('error', () => {})
  // Nobody listens while a client is lent and has nothing to do; a reset would end the process then.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

async function takeAll(pool: pg.Pool): Promise<Mend> {
  const held = await Promise.all(Array.from({ length: MAX }, () => pool.connect()))
  return async () => held.map((client) => client.release())
}
