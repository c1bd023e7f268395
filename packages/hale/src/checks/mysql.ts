import type { DependencyCheck } from '../core/check.ts'
import type { Result } from '../core/result.ts'
import { clientCheck, sourceProblem, urlOf } from './support/client-check.ts'
import { keepClient, type KeptClient } from './support/kept-client.ts'
import { judgeMigrations, migrationProblems, type Migrations } from './support/migrations.ts'
import { refuseMisuse } from './support/misuse.ts'
import { codeOfMysql } from './support/mysql-codes.ts'
import { mysqlPoolFigures, placeOfMysql } from './support/mysql-pool.ts'
import { loadPeer, placeOfUrl } from './support/peer.ts'
import { explainByPool, judgePool, poolData, poolLimitProblems, type PoolLimits } from './support/pool.ts'
import { asksForLag, judgeLag, lagLimitProblems, replicationStopped, type LagLimits } from './support/replica-lag.ts'
import { judgeTime, timeLimitProblems, type TimeLimits } from './support/response-time.ts'
import { judgeRole, roleProblems, type Role } from './support/role.ts'
import { numberOf, rowsOf } from './support/rows.ts'
import { worstOf } from './support/worst-of.ts'

/** What a client must have: a pool or connection of `mysql2/promise` or of `mariadb`, and others with that method. */
export interface MysqlClient {
  query(sql: string): Promise<unknown>
}

export interface MysqlOptions extends TimeLimits, PoolLimits, LagLimits {
  /** What is asked; it should be cheap. Default `SELECT 1`. */
  readonly query?: string
  /** How messages call the server. Default: host and port where the client tells them. */
  readonly where?: string
  /** The role that the server must have, else `WRONG_ROLE`; one that replicates from another is a replica. Default: any. */
  readonly role?: Role
  /** Unhealthy, `MIGRATIONS_PENDING`, while migrations are to be applied. Default: not asked. */
  readonly migrations?: Migrations
}

/**
 * Asks MySQL or MariaDB a question through the app's own pool or connection, which finds what a connection of its own would
 * hide: `POOL_EXHAUSTED`, a connection that was ended. Given a URL, it keeps one connection of its own (needs the package
 * `mysql2`) and connects anew when that breaks. Costs one query per run, one more for role or lag and one for migrations
 * when asked for, never more than one at a time.
 *
 * Observed: time of the query in ms, waiting for a connection included; what is beyond its limit when something is.
 * Data: the pool's figures, role, lag, number of pending migrations.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function mysql(source: MysqlClient | string | URL, options: MysqlOptions = {}): DependencyCheck {
  const { query = 'SELECT 1', role, migrations } = options
  refuseMisuse('mysql', {
    source: sourceProblem(source, ['mysql', 'mariadb'], ['query']),
    ...timeLimitProblems(options),
    ...poolLimitProblems(options),
    ...lagLimitProblems(options),
    ...roleProblems(role),
    ...migrationProblems(migrations),
  })
  const url = urlOf(source)
  const place = options.where ?? (url === undefined ? placeOfMysql(source) : placeOfUrl(url)) ?? 'MySQL'

  return clientCheck<MysqlClient>({
    kind: 'mysql',
    through: url === undefined ? { client: source as MysqlClient } : { kept: keepConnection(url) },
    place,
    question: query,
    codes: codeOfMysql,
    async ask(client, { clock }) {
      const startedAt = clock.now()
      await client.query(query)
      const pool = mysqlPoolFigures(client)
      return worstOf(
        judgeTime(clock.now() - startedAt, options, `${query} at ${place}`, poolData(pool).data),
        judgePool(pool, options, place),
        role !== undefined || asksForLag(options) ? await replication(client, options, place) : undefined,
        migrations && (await judgeMigrations(migrations, (sql) => client.query(sql), place)),
      )
    },
    explain: (result, client) => explainByPool(result, mysqlPoolFigures(client), place),
  })
}

/**
 * Needs the right `REPLICATION CLIENT` (MySQL) or `REPLICA MONITOR` (MariaDB); MySQL 8.0.22, MariaDB 10.5.1 and later.
 * https://dev.mysql.com/doc/refman/8.4/en/show-replica-status.html, https://mariadb.com/kb/en/show-replica-status/
 */
async function replication(client: MysqlClient, options: MysqlOptions, place: string): Promise<Result> {
  const [row] = rowsOf(await client.query('SHOW REPLICA STATUS'))
  if (row === undefined) return judgeRole('primary', options.role, place)
  const runs = (part: 'IO' | 'SQL'): boolean =>
    (row[`Replica_${part}_Running`] ?? row[`Slave_${part}_Running`]) === 'Yes'
  const seconds = numberOf(row, 'Seconds_Behind_Source') ?? numberOf(row, 'Seconds_Behind_Master')
  return worstOf(
    judgeRole('replica', options.role, place),
    runs('IO') && runs('SQL') ? undefined : replicationStopped(place),
    seconds === undefined ? undefined : judgeLag(seconds * 1_000, options, `The replica ${place}`),
  )
}

interface OwnConnection extends MysqlClient {
  connect(): Promise<unknown>
  destroy(): void
}

function keepConnection(url: string): KeptClient<MysqlClient> {
  return keepClient<OwnConnection>({
    async make(timeoutMs, onBroken) {
      const { createConnection } = await loadPeer('mysql2', () => import('mysql2'))
      const connection = createConnection({ uri: url.replace(/^mariadb:/, 'mysql:'), connectTimeout: timeoutMs })
      return connection.on('error', onBroken).on('end', onBroken).promise()
    },
    connect: (connection) => connection.connect(),
    end: (connection) => connection.destroy(),
  })
}
