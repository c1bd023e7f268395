import type { DependencyCheck } from '../core/check.ts'
import type { Result } from '../core/result.ts'
import { keepClient, type KeptClient } from './support/kept-client.ts'
import { loadPeer } from './support/peer.ts'
import { placeOfPg } from './support/pg-place.ts'
import type { PoolFigures } from './support/pool.ts'
import { judgeLag, replicationStopped } from './support/replica-lag.ts'
import { judgeRole } from './support/role.ts'
import { numberOf, rowsOf } from './support/rows.ts'
import { sqlCheck, type SqlOptions, type SqlServer } from './support/sql-check.ts'
import { worstOf } from './support/worst-of.ts'

/** What a client must have: a `pg.Pool`, a `pg.Client`, and others with that method. */
export interface PostgresClient {
  query(text: string): Promise<unknown>
}

/** What a pool tells of itself, all optional: with it an exhausted pool is told from a slow server, and messages say where. */
export interface PostgresPool extends PostgresClient {
  readonly totalCount?: number
  readonly idleCount?: number
  readonly waitingCount?: number
  readonly options?: {
    readonly max?: number | undefined
    readonly connectionString?: string | undefined
    readonly host?: string | undefined
    readonly port?: number | undefined
  }
  /** Of a client rather than a pool. */
  readonly host?: string | undefined
  readonly port?: number | undefined
}

export type PostgresOptions = SqlOptions

/**
 * Asks PostgreSQL a question through the app's own pool or client. That finds what a connection of its own would hide:
 * `POOL_EXHAUSTED`, a client that was ended. Given a URL, it keeps one connection of its own (needs the package `pg`)
 * and connects anew when that breaks. Costs one query per run, one more for role or lag and one for migrations when
 * asked for, never more than one at a time.
 *
 * Observed: time of the query in ms, waiting for a connection included; what is beyond its limit when something is.
 * Data: the pool's figures, role, lag, number of pending migrations.
 *
 * Codes: `POOL_EXHAUSTED` when all connections are in use and none came back; also where `connectionTimeoutMillis` of
 * a full pool ends first, which is else `CONNECTION_TIMEOUT`.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function postgres(source: PostgresPool | string | URL, options: PostgresOptions = {}): DependencyCheck {
  return sqlCheck(source, options, POSTGRES)
}

const POSTGRES: SqlServer<PostgresPool> = {
  kind: 'postgres',
  title: 'PostgreSQL',
  schemes: ['postgres', 'postgresql'],
  keep: keepConnection,
  placeOf: placeOfPg,
  poolOf: figuresOf,
  replication,
}

/**
 * A replica that has replayed all it received is up to date, however long ago the last write was. One that has replayed
 * nothing yet has not since it started. The lag of a primary is
 * that of its slowest standby; who may not see it (`pg_monitor`) is told of none.
 * https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-INFO
 */
const REPLICATION = `SELECT pg_is_in_recovery() AS replica,
 CASE WHEN NOT pg_is_in_recovery() THEN (SELECT extract(epoch FROM max(replay_lag)) FROM pg_stat_replication)
      WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
      ELSE extract(epoch FROM clock_timestamp() - coalesce(pg_last_xact_replay_timestamp(), pg_postmaster_start_time()))
 END AS lag,
 pg_is_in_recovery() AND NOT EXISTS (SELECT FROM pg_stat_wal_receiver)
  AND (pg_last_wal_receive_lsn() IS NOT NULL OR pg_last_xact_replay_timestamp() IS NULL) AS stopped`

async function replication(client: PostgresClient, options: PostgresOptions, place: string): Promise<Result> {
  const [row] = rowsOf(await client.query(REPLICATION))
  const is = row?.['replica'] === true ? 'replica' : 'primary'
  const lag = numberOf(row, 'lag')
  return worstOf(
    judgeRole(is, options.role, place),
    row?.['stopped'] === true ? replicationStopped(place) : undefined,
    lag === undefined
      ? undefined
      : judgeLag(lag * 1_000, options, is === 'replica' ? `The replica ${place}` : `A standby of ${place}`),
  )
}

function figuresOf({ totalCount, idleCount = 0, waitingCount = 0, options }: PostgresPool): PoolFigures | undefined {
  return totalCount === undefined
    ? undefined
    : { total: totalCount, idle: idleCount, waiting: waitingCount, max: options?.max }
}

function keepConnection(url: string): KeptClient<PostgresPool> {
  return keepClient({
    async make(timeoutMs, onBroken) {
      const { default: pg } = await loadPeer('pg', () => import('pg'))
      const settings = { connectionString: url, connectionTimeoutMillis: timeoutMs, application_name: 'hale' }
      return new pg.Client(settings).on('error', onBroken)
    },
    connect: (client) => client.connect(),
    end: (client) => client.end(),
  })
}
