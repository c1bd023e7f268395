import type { Sample } from '../../model.ts'
import { encodeSegment } from '../segment.ts'
import type { Database } from './database.ts'

/** A table of segments that holds one UTC day. */
export interface DayTable {
  readonly name: string
  /** Wall time at which the day begins; it ends 24 h later. */
  readonly from: number
}

export const DAY_MS = 86_400_000

/** A segment never reaches over a full minute, so a read of a range knows where to begin. */
export const SEGMENT_SPAN_MS = 60_000

/** The day tables there are, oldest first. Asked anew each time: another process may have made or dropped one. */
export function dayTables(db: Database): readonly DayTable[] {
  return (
    db.all(
      `select name from sqlite_schema where type = 'table' and name glob 'segment_[0-9]*' order by name`,
    ) as readonly { name: string }[]
  ).map(({ name }) => ({ name, from: dayOf(name) }))
}

/** Writes samples of one shard, a segment for each minute they touch. Part of the caller's transaction. */
export function insertSegments(db: Database, shard: number, samples: readonly Sample[]): void {
  const minutes = Map.groupBy(samples, ({ at }) => Math.floor(at / SEGMENT_SPAN_MS))
  for (const ofMinute of minutes.values()) {
    const t0 = Math.floor(ofMinute.reduce((least, { at }) => Math.min(least, at), Infinity))
    const body = encodeSegment(ofMinute, t0)
    db.run(`insert into ${ensureDayTable(db, t0)} (shard_id, t0, body) values (?, ?, ?)`, shard, t0, body)
  }
}

function ensureDayTable(db: Database, at: number): string {
  const name = `segment_${new Date(at).toISOString().slice(0, 10).replaceAll('-', '')}`
  if (db.get('select 1 from sqlite_schema where name = ?', name) === undefined) {
    db.exec(`create table ${name} (
      segment_no integer primary key, shard_id integer not null, t0 integer not null, body blob not null)`)
    db.exec(`create index ${name}_shard on ${name} (shard_id, t0)`)
  }
  return name
}

function dayOf(name: string): number {
  const digits = name.slice('segment_'.length)
  return Date.parse(`${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`)
}
