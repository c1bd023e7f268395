import type { Retention, Store } from '../store.ts'
import type { Database } from './database.ts'
import { DAY_MS, dayTables } from './segment-tables.ts'

/** Rows that one call deletes of each table at most, so that it never holds up a tick for long. */
const MOST_ROWS = 5_000

/** Drops what is too old. Samples go a day's table at a time, the rest row by row along an index. */
export function createRetention(db: Database): Pick<Store, 'retain'> {
  return {
    async retain(retention) {
      return [...dropDays(db, retention), ...deleteRows(db, retention)]
    },
  }
}

function dropDays(db: Database, { samplesBefore }: Retention): readonly string[] {
  const old = dayTables(db).filter(({ from }) => from + DAY_MS <= samplesBefore)
  for (const { name } of old) db.write(() => db.exec(`drop table if exists ${name}`))
  return old.map(({ name }) => name)
}

function deleteRows(db: Database, { rollupsBefore, incidentsBefore }: Retention): readonly string[] {
  const steps: readonly (readonly [what: string, before: number, sql: string])[] = [
    [
      'rollups',
      rollupsBefore,
      `delete from rollup_hour where (hour, series_id) in (select hour, series_id from rollup_hour where hour < ? limit ?)`,
    ],
    [
      'intervals',
      rollupsBefore,
      `delete from state_interval where (series_id, seq) in
         (select series_id, seq from state_interval where to_ts is not null and to_ts < ? limit ?)`,
    ],
    // Those of an open incident stay: recovery goes to whom they told, and their numbers must not be given twice.
    [
      'notifications',
      incidentsBefore,
      `delete from notification where notification_no in
         (select notification_no from notification where created_at < ? and status <> 'pending'
            and incident_id not in (select incident_id from incident where closed_at is null)
          order by created_at limit ?)`,
    ],
    [
      'incidents',
      incidentsBefore,
      `delete from incident where incident_id in
         (select incident_id from incident where closed_at is not null and closed_at < ? limit ?)`,
    ],
  ]
  return db.write(() =>
    steps.flatMap(([what, before, sql]) => {
      const gone = db.run(sql, before, MOST_ROWS)
      return gone === 0 ? [] : [`${gone} ${what}`]
    }),
  )
}
