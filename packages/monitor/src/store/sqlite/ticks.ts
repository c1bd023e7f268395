import type { Incident } from '../../model.ts'
import { StoreError, type HourRollup, type Store, type TickCommit } from '../store.ts'
import type { Database } from './database.ts'
import { insertInterval } from './intervals.ts'
import { insertNotification } from './outbox.ts'
import { insertSegments } from './segment-tables.ts'

/** The tick transaction: all given shards in one, and one sync of the disk (M3). */
export function createTicks(db: Database): Pick<Store, 'commitTicks'> {
  return {
    async commitTicks(ticks) {
      return db.write(() => new Map(ticks.map((tick) => [tick.lease.shard, commitTick(db, tick)])))
    },
  }
}

function commitTick(db: Database, tick: TickCommit): 'ok' | 'fenced' | 'replayed' {
  const { shard, epoch } = tick.lease
  // Fence, idempotency and watermark in one statement (M12).
  const passed = db.run(
    'update shard set tick = ?, last_tick_at = ? where shard_id = ? and epoch = ? and tick < ?',
    tick.tick,
    tick.at,
    shard,
    epoch,
    tick.tick,
  )
  if (passed === 0) {
    const current = db.get('select epoch from shard where shard_id = ?', shard) as { epoch: number } | undefined
    return current?.epoch === epoch ? 'replayed' : 'fenced'
  }

  insertSegments(db, shard, tick.samples)
  for (const [series, { state, facts }] of tick.states) {
    db.run(
      `insert into series_state (series_id, state, facts) values (?, ?, ?)
       on conflict (series_id) do update set state = excluded.state, facts = excluded.facts`,
      series,
      JSON.stringify(state),
      JSON.stringify(facts),
    )
  }
  for (const interval of tick.intervals) insertInterval(db, interval)
  // The closed first: a target may close one incident and open the next in one tick.
  for (const incident of tick.incidents.toSorted(closedFirst)) upsertIncident(db, incident)
  for (const event of tick.events) {
    db.run(
      'insert into incident_event (incident_id, n, at, kind, text) values (?, ?, ?, ?, ?)',
      event.incidentId,
      event.n,
      event.at,
      event.kind,
      event.text,
    )
  }
  for (const notification of tick.notifications) insertNotification(db, notification)
  for (const rollup of tick.rollups) putRollup(db, rollup)
  return 'ok'
}

function closedFirst(a: Incident, b: Incident): number {
  return Number(a.closedAt === undefined) - Number(b.closedAt === undefined)
}

function upsertIncident(db: Database, incident: Incident): void {
  const written = db.run(
    `insert into incident (incident_id, target_no, severity, opened_at, closed_at, component, code, cause)
     select ?, target_no, ?, ?, ?, ?, ?, ? from target where id = ?
     on conflict (incident_id) do update set severity = excluded.severity, closed_at = excluded.closed_at,
       component = excluded.component, code = excluded.code, cause = excluded.cause`,
    incident.id,
    incident.severity,
    incident.openedAt,
    incident.closedAt ?? null,
    incident.component ?? null,
    incident.code ?? null,
    incident.cause,
    incident.targetId,
  )
  if (written > 0) return
  throw new StoreError(`Incident ${incident.id} names target ${incident.targetId}, which the roster does not hold.`, {
    retryable: false,
  })
}

/** A rollup is the whole hour, so one that comes again takes the place of the first. */
function putRollup(db: Database, { series, hour, up, failed, unknown, sketch }: HourRollup): void {
  db.run(
    'insert or replace into rollup_hour (hour, series_id, up, failed, unknown, sketch) values (?, ?, ?, ?, ?, ?)',
    hour,
    series,
    up,
    failed,
    unknown,
    sketch,
  )
}
