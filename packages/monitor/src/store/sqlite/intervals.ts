import type { StateInterval } from '../../model.ts'
import type { Database } from './database.ts'

/** Writes an interval; the open one of its series ends where it begins. Part of the caller's transaction. */
export function insertInterval(db: Database, interval: StateInterval): void {
  const { series, seq, status, from, to, code, reason } = interval
  db.run('update state_interval set to_ts = max(from_ts, ?) where series_id = ? and to_ts is null', from, series)
  db.run(
    `insert into state_interval (series_id, seq, status, from_ts, to_ts, code, reason) values (?, ?, ?, ?, ?, ?, ?)`,
    series,
    seq,
    status,
    from,
    to ?? null,
    code ?? null,
    reason,
  )
}
