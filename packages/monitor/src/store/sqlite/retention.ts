import { setImmediate } from 'node:timers/promises'
import type { Retention, Store } from '../store.ts'
import type { Database } from './database.ts'
import { DAY_MS, dayTables } from './segment-tables.ts'

/** Rows that one transaction deletes of each table at most, so that it never holds up a tick for long. */
const MOST_ROWS = 2_000

/** Drops what is too old. Samples go a day's table at a time, the rest row by row along an index. */
export function createRetention(db: Database): Pick<Store, 'retain'> {
  return {
    async retain(retention) {
      return [...(await dropDays(db, retention)), ...deleteRows(db, retention)]
    },
  }
}

/** A big table is emptied bit by bit before it is dropped: SQLite reads every page of what it drops. */
async function dropDays(db: Database, { samplesBefore }: Retention): Promise<readonly string[]> {
  const old = dayTables(db).filter(({ from }) => from + DAY_MS <= samplesBefore)
  for (const { name } of old) {
    const oldest = `select segment_no from ${name} order by segment_no limit ${MOST_ROWS}`
    while (db.writeRelaxed(() => db.run(`delete from ${name} where segment_no in (${oldest})`)) === MOST_ROWS) {
      await setImmediate()
    }
    db.writeRelaxed(() => db.exec(`drop table ${name}`))
  }
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
  return db.writeRelaxed(() =>
    steps.flatMap(([what, before, sql]) => {
      const gone = db.run(sql, before, MOST_ROWS)
      return gone === 0 ? [] : [`${gone} ${what}`]
    }),
  )
}
