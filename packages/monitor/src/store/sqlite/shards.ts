import type { State } from 'hale'
import type { SeriesId } from '../../model.ts'
import { StoreError, type Lease, type OpenIncident, type ShardImage, type Store, type StoredState } from '../store.ts'
import type { Database } from './database.ts'
import { assertLease } from './leases.ts'
import {
  INCIDENT_COLUMNS,
  SERIES_COLUMNS,
  toIncident,
  toInterval,
  toSpec,
  type IncidentRow,
  type IntervalRow,
  type SeriesRow,
} from './rows.ts'

/** What an owner needs to know of its shard. */
export function createShards(db: Database): Pick<Store, 'loadShard' | 'defineSeries'> {
  return {
    async loadShard(lease) {
      return db.read(() => loadImage(db, lease))
    },

    async defineSeries(lease, targetId, components) {
      const known = knownSeries(db, lease, targetId)
      if (components.some((component) => !known.has(component))) {
        db.writeRelaxed(() => {
          assertLease(db, lease)
          for (const component of components) {
            db.run(
              `insert into series (target_no, component) select target_no, ? from target where id = ? and shard_id = ?
               on conflict (target_no, component) do nothing`,
              component,
              targetId,
              lease.shard,
            )
          }
        })
      }
      const all = knownSeries(db, lease, targetId)
      return components.map((component) => {
        const series = all.get(component)
        if (series !== undefined) return series
        throw new StoreError(`Shard ${lease.shard} holds no target ${targetId}.`, { retryable: false })
      })
    },
  }
}

/** Rows that a shard's image is made of: those of targets that are still watched. */
const WATCHED = `from target as t join series as s using (target_no)`
const OF_SHARD = `where t.shard_id = ? and t.removed_at is null`

function loadImage(db: Database, lease: Lease): ShardImage {
  assertLease(db, lease)
  const { shard } = lease
  const head = db.get('select tick, last_tick_at from shard where shard_id = ?', shard) as
    | { tick: number; last_tick_at: number | null }
    | undefined
  const targets = db.all(
    'select spec from target where shard_id = ? and removed_at is null order by target_no',
    shard,
  ) as readonly { spec: string }[]
  const series = db.all(
    `select ${SERIES_COLUMNS} ${WATCHED} ${OF_SHARD} order by s.series_id`,
    shard,
  ) as readonly SeriesRow[]
  const states = db.all(
    `select series_id, state, facts ${WATCHED} join series_state using (series_id) ${OF_SHARD}`,
    shard,
  ) as readonly { series_id: SeriesId; state: string; facts: string }[]
  const intervals = db.all(
    `select i.* ${WATCHED} join state_interval as i using (series_id) ${OF_SHARD} and i.to_ts is null`,
    shard,
  ) as readonly IntervalRow[]
  return {
    lease,
    tick: head?.tick ?? -1,
    lastTickAt: head?.last_tick_at ?? undefined,
    targets: targets.map(toSpec),
    series,
    states: new Map(
      states.map(({ series_id, state, facts }): [SeriesId, StoredState] => [
        series_id,
        { state: JSON.parse(state) as State, facts: JSON.parse(facts) as StoredState['facts'] },
      ]),
    ),
    intervals: new Map(intervals.map((row) => [row.series_id, toInterval(row)])),
    incidents: openIncidents(db, shard),
  }
}

function openIncidents(db: Database, shard: number): readonly OpenIncident[] {
  const open = db.all(
    `select ${INCIDENT_COLUMNS} from target as t join incident as i using (target_no)
     ${OF_SHARD} and i.closed_at is null order by i.opened_at, i.incident_id`,
    shard,
  ) as readonly IncidentRow[]
  return open.map((row) => ({
    incident: toIncident(row),
    events: count(db, 'select max(n) as n from incident_event where incident_id = ?', row.incident_id),
    notifications: count(
      db,
      `select max(n) as n from notification where incident_id = ? and kind <> 'digest'`,
      row.incident_id,
    ),
    told: (
      db.all(
        // One that was folded into a digest was told if the digest was.
        `select distinct n.channel from notification as n left join notification as digest on digest.key = n.folded_into
         where n.incident_id = ? and coalesce(digest.status, n.status) <> 'dead' order by n.channel`,
        row.incident_id,
      ) as readonly { channel: string }[]
    ).map(({ channel }) => channel),
  }))
}

function count(db: Database, sql: string, id: string): number {
  return (db.get(sql, id) as { n: number | null } | undefined)?.n ?? 0
}

function knownSeries(db: Database, lease: Lease, targetId: string): ReadonlyMap<string, SeriesRow> {
  const rows = db.all(
    `select ${SERIES_COLUMNS} ${WATCHED} where t.id = ? and t.shard_id = ?`,
    targetId,
    lease.shard,
  ) as readonly SeriesRow[]
  return new Map(rows.map((row) => [row.component, row]))
}
