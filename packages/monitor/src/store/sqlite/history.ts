import type { HistoryReader, HourRollup } from '../store.ts'
import type { Database } from './database.ts'
import { readPage } from './page.ts'
import {
  ATTEMPT_COLUMNS,
  EVENT_COLUMNS,
  INCIDENT_COLUMNS,
  ROLLUP_COLUMNS,
  toIncident,
  toInterval,
  toNotification,
  type AttemptRow,
  type EventRow,
  type IncidentRow,
  type IntervalRow,
  type NotificationRow,
} from './rows.ts'
import { createSampleReader } from './sample-reader.ts'

const HOUR_MS = 3_600_000
const INCIDENTS = 'incident as i join target as t using (target_no)'

/** Reads for pages; each walks an index from the end that is asked for (M11). */
export function createHistory(db: Database): HistoryReader {
  return {
    ...createSampleReader(db),

    async rollups(series, from, to) {
      const kept = db.get(
        'select (select min(hour) from rollup_hour) as first, (select max(hour) from rollup_hour) as last',
      ) as { first: number; last: number } | { first: null; last: null }
      if (kept.first === null) return []
      const found: HourRollup[] = []
      // One look-up an hour: the table is ordered by hour, so that writing it appends.
      for (let hour = Math.max(Math.ceil(from / HOUR_MS) * HOUR_MS, kept.first); hour <= kept.last; hour += HOUR_MS) {
        if (hour >= to) break
        const row = db.get(`select ${ROLLUP_COLUMNS} from rollup_hour where hour = ? and series_id = ?`, hour, series)
        if (row !== undefined) found.push(row as HourRollup)
      }
      return found
    },

    async intervals(series, from, to) {
      const rows = series.flatMap(
        (id) =>
          db.all(
            // Begins with the last interval that started at or before the range.
            `select * from state_interval where series_id = ?1 and from_ts < ?3 and (to_ts is null or to_ts > ?2)
             and from_ts >= coalesce((select max(from_ts) from state_interval where series_id = ?1 and from_ts <= ?2), ?2)
           order by from_ts, seq`,
            id,
            from,
            to,
          ) as readonly IntervalRow[],
      )
      return rows.sort((a, b) => a.from_ts - b.from_ts || a.series_id - b.series_id || a.seq - b.seq).map(toInterval)
    },

    async incidents({ targetId, open, before, limit }) {
      const rows = readPage(db, {
        columns: INCIDENT_COLUMNS,
        from: INCIDENTS,
        by: 'i.opened_at',
        tie: 'i.incident_id',
        where: [
          ['i.target_no = (select target_no from target where id = ?)', targetId],
          ['i.closed_at is null', open === true ? true : undefined],
          ['i.closed_at is not null', open === false ? true : undefined],
        ],
        before,
        limit,
      }) as readonly IncidentRow[]
      return rows.map(toIncident)
    },

    async incident(id) {
      const row = db.get(`select ${INCIDENT_COLUMNS} from ${INCIDENTS} where i.incident_id = ?`, id) as
        | IncidentRow
        | undefined
      if (row === undefined) return undefined
      const events = db.all(
        `select ${EVENT_COLUMNS} from incident_event where incident_id = ? order by n`,
        id,
      ) as readonly EventRow[]
      return { incident: toIncident(row), events }
    },

    async notifications({ incidentId, channel, status, before, limit }) {
      const rows = readPage(db, {
        columns: '*',
        from: 'notification',
        by: 'created_at',
        tie: 'notification_no',
        where: [
          ['incident_id = ?', incidentId],
          ['channel = ?', channel],
          ['status = ?', status],
        ],
        before,
        limit,
      }) as readonly NotificationRow[]
      return rows.map((row) => ({
        notification: toNotification(row),
        attempts: (
          db.all(
            `select ${ATTEMPT_COLUMNS} from attempt where notification_no = ? order by n`,
            row.notification_no,
          ) as readonly AttemptRow[]
        ).map((attempt) => ({ key: row.key, ...attempt })),
      }))
    },
  }
}
