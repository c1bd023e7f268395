import type { DependencyCheck } from '../core/check.ts'
import type { Result } from '../core/result.ts'
import { keepClient, type KeptClient } from './support/kept-client.ts'
import { codeOfMysql } from './support/mysql-codes.ts'
import { mysqlPoolFigures, placeOfMysql } from './support/mysql-pool.ts'
import { loadPeer } from './support/peer.ts'
import { judgeLag, replicationStopped } from './support/replica-lag.ts'
import { judgeRole } from './support/role.ts'
import { numberOf, rowsOf, type Row } from './support/rows.ts'
import { sqlCheck, type SqlOptions, type SqlServer } from './support/sql-check.ts'
import { worstOf } from './support/worst-of.ts'

/** What a client must have: a pool or connection of `mysql2/promise` or of `mariadb`, and others with that method. */
export interface MysqlClient {
  query(sql: string): Promise<unknown>
}

export type MysqlOptions = SqlOptions

/**
 * Asks MySQL or MariaDB a question through the app's own pool or connection. That finds what a connection of its own
 * would hide: `POOL_EXHAUSTED`, a connection that was ended. Given a URL, it keeps one connection of its own (needs the
 * package `mysql2`) and connects anew when that breaks. Costs one query per run, one more for role or lag and one for
 * migrations when asked for, never more than one at a time.
 *
 * Observed: time of the query in ms, waiting for a connection included; what is beyond its limit when something is.
 * Data: the pool's figures, role, lag, number of pending migrations.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function mysql(source: MysqlClient | string | URL, options: MysqlOptions = {}): DependencyCheck {
  return sqlCheck(source, options, MYSQL)
}

const MYSQL: SqlServer<MysqlClient> = {
  kind: 'mysql',
  title: 'MySQL',
  schemes: ['mysql', 'mariadb'],
  keep: keepConnection,
  placeOf: placeOfMysql,
  poolOf: mysqlPoolFigures,
  replication,
  codes: codeOfMysql,
}

/**
 * MySQL tells of one channel for each primary that it follows; the worst counts.
 * Needs the right `REPLICATION CLIENT` (MySQL) or `REPLICA MONITOR` (MariaDB); MySQL 8.0.22, MariaDB 10.5.1 and later.
 * https://dev.mysql.com/doc/refman/8.4/en/show-replica-status.html, https://mariadb.com/kb/en/show-replica-status/
 */
async function replication(client: MysqlClient, options: MysqlOptions, place: string): Promise<Result> {
  const channels = rowsOf(await client.query('SHOW REPLICA STATUS'))
  if (channels.length === 0) return judgeRole('primary', options.role, place)
  const runs = (channel: Row, part: 'IO' | 'SQL'): boolean =>
    (channel[`Replica_${part}_Running`] ?? channel[`Slave_${part}_Running`]) === 'Yes'
  const lags = channels.flatMap(
    (channel) => numberOf(channel, 'Seconds_Behind_Source') ?? numberOf(channel, 'Seconds_Behind_Master') ?? [],
  )
  return worstOf(
    judgeRole('replica', options.role, place),
    channels.every((channel) => runs(channel, 'IO') && runs(channel, 'SQL')) ? undefined : replicationStopped(place),
    lags.length === 0 ? undefined : judgeLag(Math.max(...lags) * 1_000, options, `The replica ${place}`),
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
