import type { DependencyCheck } from '../../core/check.ts'
import type { MoreCodes } from '../../core/error-codes.ts'
import type { Result } from '../../core/result.ts'
import { filledRule, textRule, type Rules } from '../../core/rules.ts'
import { clientCheck, sourceProblem, urlOf } from './client-check.ts'
import type { KeptClient } from './kept-client.ts'
import { judgeMigrations, migrationsRule, type Migrations } from './migrations.ts'
import { refuseMisuse } from './misuse.ts'
import { placeOfUrl } from './peer.ts'
import { explainByPool, judgePool, poolData, POOL_LIMITS, type PoolFigures, type PoolLimits } from './pool.ts'
import { asksForLag, LAG_LIMITS, type LagLimits } from './replica-lag.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './response-time.ts'
import { roleRule, type Role } from './role.ts'
import { worstOf } from './worst-of.ts'

/** What a client of a database must have. */
export interface SqlClient {
  query(sql: string): Promise<unknown>
}

/** What can be asked of a database that speaks SQL. */
export interface SqlOptions extends TimeLimits, PoolLimits, LagLimits {
  /** What is asked; it should be cheap. Default `SELECT 1`. */
  readonly query?: string
  /** How messages call the server. Default: host and port where the client tells them. */
  readonly where?: string
  /**
   * The role that the server must have, else `WRONG_ROLE`; one that replicates from another is a replica. Default:
   * any.
   */
  readonly role?: Role
  /**
   * Unhealthy, `MIGRATIONS_PENDING`, while migrations are to be applied: a query for those that were and the names
   * that should be, or a function that asks the tool. Default: not asked.
   */
  readonly migrations?: Migrations
}

/** What one kind of database has of its own. */
export interface SqlServer<C extends SqlClient> {
  readonly kind: string
  /** How messages call a server whose client does not tell where it is. */
  readonly title: string
  /** Of URLs. */
  readonly schemes: readonly string[]
  /** Makes a connection of the check's own. */
  readonly keep: (url: string) => KeptClient<C>
  /** Where the app's own client is connected to. */
  readonly placeOf: (client: C) => string | undefined
  readonly poolOf: (client: C) => PoolFigures | undefined
  /** Judges role and lag by a query. */
  readonly replication: (client: C, options: SqlOptions, place: string) => Promise<Result>
  /** Codes of errors that the common table does not know. */
  readonly codes?: MoreCodes
}

const RULES: Rules<SqlOptions> = {
  query: filledRule,
  where: textRule,
  ...TIME_LIMITS,
  ...POOL_LIMITS,
  ...LAG_LIMITS,
  role: roleRule,
  migrations: migrationsRule,
}

/**
 * A check that asks a database a question, through the app's own client or by URL over a connection of its own.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function sqlCheck<C extends SqlClient>(
  source: C | string | URL,
  options: SqlOptions,
  { codes, keep, kind, placeOf, poolOf, replication, schemes, title }: SqlServer<C>,
): DependencyCheck {
  refuseMisuse(kind, options, RULES, { source: sourceProblem(source, schemes, ['query']) })
  const { query = 'SELECT 1', role, migrations } = options
  const url = urlOf(source)
  const place = options.where ?? (url === undefined ? placeOf(source as C) : placeOfUrl(url)) ?? title

  return clientCheck<C>({
    kind,
    through: url === undefined ? { client: source as C } : { kept: keep(url) },
    place,
    question: query,
    ...(codes === undefined ? {} : { codes }),
    async ask(client, { clock }) {
      const startedAt = clock.now()
      await client.query(query)
      const pool = poolOf(client)
      return worstOf(
        judgeTime(clock.now() - startedAt, options, `${query} at ${place}`, poolData(pool).data),
        judgePool(pool, options, place),
        role !== undefined || asksForLag(options) ? await replication(client, options, place) : undefined,
        migrations && (await judgeMigrations(migrations, (sql) => client.query(sql), place)),
      )
    },
    explain: (result, client) => explainByPool(result, poolOf(client), place),
  })
}
