import type { DependencyCheck } from '../core/check.ts'
import { filledRule, textRule, type Rules } from '../core/rules.ts'
import { clientCheck } from './support/client-check.ts'
import { judgeMigrations, migrationsRule, type Migrations } from './support/migrations.ts'
import { refuseMisuse } from './support/misuse.ts'
import { codeOfOrm, plainPrisma } from './support/orm-codes.ts'
import { placeOfOrm } from './support/orm-place.ts'
import { ormPoolFigures } from './support/orm-pool.ts'
import { explainByPool, judgePool, poolData, POOL_LIMITS, type PoolLimits } from './support/pool.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './support/response-time.ts'
import { worstOf } from './support/worst-of.ts'

/** A `PrismaClient`. */
export interface PrismaLike {
  $queryRawUnsafe(sql: string): PromiseLike<unknown>
}

/** A `Kysely`. */
export interface KyselyLike {
  // What it takes is built here as its `CompiledQuery.raw` builds it, without importing it.
  executeQuery(query: never): Promise<unknown>
}

/** A `Knex`. */
export interface KnexLike {
  raw(sql: string): PromiseLike<unknown>
}

/** A `MikroORM` of a driver that speaks SQL. */
export interface MikroOrmLike {
  readonly em: { getConnection(): { execute(sql: string): Promise<unknown> } }
}

/** A `DataSource` of TypeORM, or a `Sequelize`. */
export interface QueryLike {
  query(sql: string): Promise<unknown>
}

/** A database of Drizzle's, for PostgreSQL and MySQL, or (with `all`) for SQLite. */
export type DrizzleLike = { execute(sql: string): PromiseLike<unknown> } | { all(sql: string): unknown }

export type Orm = PrismaLike | KyselyLike | KnexLike | MikroOrmLike | QueryLike | DrizzleLike

export interface OrmOptions extends TimeLimits, PoolLimits {
  /** What is asked, in SQL; it should be cheap. Default `SELECT 1`. */
  readonly query?: string
  /** How messages call the database. Default: host and port where the ORM tells them, else `the database of Prisma`, and so on. */
  readonly where?: string
  /**
   * Unhealthy, `MIGRATIONS_PENDING`, while migrations are to be applied: a query for those that were and the names
   * that should be, or a function that asks the tool. Default: not asked.
   */
  readonly migrations?: Migrations
}

const RULES: Rules<OrmOptions> = {
  query: filledRule,
  where: textRule,
  ...TIME_LIMITS,
  ...POOL_LIMITS,
  migrations: migrationsRule,
}

/**
 * Asks the database through the app's own ORM or query builder: Prisma, Drizzle, TypeORM, Sequelize, Knex, Kysely, MikroORM.
 * Which it is, its methods tell. Costs one query per run and one for migrations when asked for, never more than one at a time.
 *
 * Observed: time of the query in ms, waiting for a connection included; what is beyond its limit when something is.
 * Data: the pool's figures where the ORM tells them, number of pending migrations.
 *
 * Codes: `POOL_EXHAUSTED` where the pool tells its figures, else `TIMEOUT`; those of the database as with `postgres`,
 * `mysql` and `sqlite`.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function orm(source: Orm, options: OrmOptions = {}): DependencyCheck {
  const found = recognise(source)
  refuseMisuse('orm', options, RULES, {
    source: found === undefined && 'must be a client of Prisma, Drizzle, TypeORM, Sequelize, Knex, Kysely or MikroORM',
  })
  const { query = 'SELECT 1', migrations } = options
  const { ask = () => undefined, name = '' } = found ?? {}
  const place = options.where ?? placeOfOrm(source) ?? `the database of ${name}`

  return clientCheck<(sql: string) => unknown>({
    kind: 'orm',
    through: { client: ask },
    place,
    question: query,
    codes: codeOfOrm,
    async ask(ask, { clock }) {
      const startedAt = clock.now()
      await ask(query)
      const pool = ormPoolFigures(source)
      return worstOf(
        judgeTime(clock.now() - startedAt, options, `${query} at ${place}`, poolData(pool).data),
        judgePool(pool, options, place),
        migrations && (await judgeMigrations(migrations, ask, place)),
      )
    },
    explain: (result) => explainByPool(result, ormPoolFigures(source), place),
  })
}

interface Recognised {
  readonly name: string
  readonly ask: (sql: string) => unknown
}

async function askPrisma(source: PrismaLike, sql: string): Promise<unknown> {
  try {
    return await source.$queryRawUnsafe(sql)
  } catch (error) {
    throw plainPrisma(error)
  }
}

/** By methods that only one of them has, the most telling first. */
function recognise(source: Orm): Recognised | undefined {
  if ((typeof source !== 'object' || source === null) && typeof source !== 'function') return undefined
  if ('$queryRawUnsafe' in source) return { name: 'Prisma', ask: (sql) => askPrisma(source, sql) }
  if ('executeQuery' in source) return { name: 'Kysely', ask: (sql) => source.executeQuery(compiled(sql) as never) }
  if ('raw' in source) return { name: 'Knex', ask: async (sql) => source.raw(sql) }
  if ('em' in source) return { name: 'MikroORM', ask: (sql) => source.em.getConnection().execute(sql) }
  if ('query' in source && typeof source.query === 'function') {
    return { name: 'authenticate' in source ? 'Sequelize' : 'TypeORM', ask: (sql) => source.query(sql) }
  }
  if ('execute' in source) return { name: 'Drizzle', ask: async (sql) => source.execute(sql) }
  if ('all' in source) return { name: 'Drizzle', ask: async (sql) => source.all(sql) }
  return undefined
}

/** https://kysely-org.github.io/kysely-apidoc/interfaces/CompiledQuery.html */
function compiled(sql: string): object {
  const query = { kind: 'RawNode', sqlFragments: [sql], parameters: [] }
  return { sql, query, parameters: [], queryId: { queryId: 'hale' } }
}
