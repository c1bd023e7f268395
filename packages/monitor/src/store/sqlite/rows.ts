import type { Code } from 'hale'
import type {
  Attempt,
  Incident,
  IncidentEvent,
  Message,
  Notification,
  Series,
  StateInterval,
  TargetSpec,
} from '../../model.ts'

/** Rows as SQLite gives them, and what they are in the model. Columns are listed once, here. */

export interface NotificationRow {
  readonly notification_no: number
  readonly place: number
  readonly key: string
  readonly incident_id: string
  readonly n: number
  readonly channel: string
  readonly kind: Message['kind']
  readonly message: string
  readonly status: Notification['status']
  readonly tries: number
  readonly next_at: number
  readonly lock_by: string | null
  readonly ambiguous: number
  readonly created_at: number
  readonly delivered_at: number | null
  readonly folded_into: string | null
}

export function toNotification(row: NotificationRow): Notification {
  return {
    key: row.key,
    incidentId: row.incident_id,
    n: row.n,
    channel: row.channel,
    message: JSON.parse(row.message) as Message,
    status: row.status,
    tries: row.tries,
    nextAt: row.next_at,
    ambiguous: row.ambiguous !== 0,
    createdAt: row.created_at,
    deliveredAt: row.delivered_at ?? undefined,
    foldedInto: row.folded_into ?? undefined,
  }
}

export const ATTEMPT_COLUMNS = 'at, outcome, detail, took_ms as tookMs'
export type AttemptRow = Omit<Attempt, 'key'>

/** To be selected `from incident as i join target as t using (target_no)`. */
export const INCIDENT_COLUMNS =
  'i.incident_id, t.id as target_id, i.severity, i.opened_at, i.closed_at, i.component, i.code, i.cause'

export interface IncidentRow {
  readonly incident_id: string
  readonly target_id: string
  readonly severity: Incident['severity']
  readonly opened_at: number
  readonly closed_at: number | null
  readonly component: string | null
  readonly code: Code | null
  readonly cause: string
}

export function toIncident(row: IncidentRow): Incident {
  return {
    id: row.incident_id,
    targetId: row.target_id,
    severity: row.severity,
    openedAt: row.opened_at,
    closedAt: row.closed_at ?? undefined,
    component: row.component ?? undefined,
    code: row.code ?? undefined,
    cause: row.cause,
  }
}

export const EVENT_COLUMNS = 'incident_id as incidentId, n, at, kind, text'
export type EventRow = IncidentEvent

export const ROLLUP_COLUMNS = 'series_id as series, hour, up, failed, unknown, sketch'

export interface IntervalRow {
  readonly series_id: number
  readonly seq: number
  readonly status: StateInterval['status']
  readonly from_ts: number
  readonly to_ts: number | null
  readonly code: Code | null
  readonly reason: string
}

export function toInterval(row: IntervalRow): StateInterval {
  return {
    series: row.series_id,
    seq: row.seq,
    status: row.status,
    from: row.from_ts,
    to: row.to_ts ?? undefined,
    code: row.code ?? undefined,
    reason: row.reason,
  }
}

/** To be selected `from series as s join target as t using (target_no)`. */
export const SERIES_COLUMNS = 's.series_id as id, t.shard_id as shard, t.id as targetId, s.component'
export type SeriesRow = Series

/** The specification as it was stored. What was undefined then is absent now, and reads the same. */
export function toSpec(row: { readonly spec: string }): TargetSpec {
  return JSON.parse(row.spec) as TargetSpec
}
