import { initialState, type Clock } from 'hale'
import type { TargetSpec } from '../../model.ts'
import { StoreError, type Roster } from '../store.ts'
import type { Database } from './database.ts'
import { insertInterval } from './intervals.ts'
import { toSpec, type IntervalRow } from './rows.ts'
import { shardOf } from './shard-of.ts'

/** The targets there are. A change fences the owners of the shards it touches, so that they load them anew. */
export function createRoster(db: Database, clock: Pick<Clock, 'wall'>): Roster {
  return {
    async sync(targets) {
      const wanted = new Map(targets.map((target) => [target.id, target]))
      const twice = targets.find((target) => wanted.get(target.id) !== target)
      if (twice !== undefined) throw new StoreError(`Two targets have the id ${twice.id}.`, { retryable: false })
      return db.write(() => {
        const known = new Map(
          (db.all('select target_no, id, shard_id, spec, removed_at from target') as readonly TargetRow[]).map(
            (row) => [row.id, row],
          ),
        )
        const fresh = targets.filter(({ id }) => !known.has(id))
        const vanished = [...known.values()].filter(({ id, removed_at }) => removed_at === null && !wanted.has(id))
        const adopted = adoptions(fresh, vanished)

        const touched = new Set<number>()
        for (const target of targets) {
          const row = known.get(target.id) ?? adopted.get(target.id)
          if (row === undefined) touched.add(insertTarget(db, target))
          else if (updateTarget(db, row, target)) touched.add(row.shard_id)
        }
        const replaced = new Set([...adopted.values()].map(({ id }) => id))
        const removed = vanished.filter(({ id }) => !replaced.has(id))
        for (const row of removed) {
          removeTarget(db, row, clock.wall())
          touched.add(row.shard_id)
        }
        for (const shard of touched) db.run('update shard set epoch = epoch + 1 where shard_id = ?', shard)

        const revived = targets.filter(({ id }) => (known.get(id)?.removed_at ?? null) !== null)
        return {
          added: [...fresh.filter(({ id }) => !adopted.has(id)), ...revived].map(({ id }) => id),
          removed: removed.map(({ id }) => id),
          renamed: new Map([...adopted].map(([id, row]) => [row.id, id])),
        }
      })
    },

    async list() {
      return (
        db.all('select spec from target where removed_at is null order by target_no') as readonly { spec: string }[]
      ).map(toSpec)
    },
  }
}

interface TargetRow {
  readonly target_no: number
  readonly id: string
  readonly shard_id: number
  readonly spec: string
  readonly removed_at: number | null
}

/** New id → the vanished target whose place it takes: the only one of its kind and address, and wanted by no other (M9). */
function adoptions(fresh: readonly TargetSpec[], vanished: readonly TargetRow[]): ReadonlyMap<string, TargetRow> {
  const placeOf = ({ kind, address }: TargetSpec): string => `${kind} ${address}`
  const left = Map.groupBy(vanished, (row) => placeOf(toSpec(row)))
  const come = Map.groupBy(fresh, placeOf)
  const adopted = new Map<string, TargetRow>()
  for (const [place, [target, ...others]] of come) {
    const [row, ...more] = left.get(place) ?? []
    if (target !== undefined && row !== undefined && others.length + more.length === 0) adopted.set(target.id, row)
  }
  return adopted
}

function insertTarget(db: Database, target: TargetSpec): number {
  const shards = (db.get('select count(*) as n from shard') as { n: number } | undefined)?.n ?? 1
  const shard = shardOf(target.id, shards)
  db.run('insert into target (id, shard_id, spec) values (?, ?, ?)', target.id, shard, JSON.stringify(target))
  db.run(`insert into series (target_no, component) select target_no, '' from target where id = ?`, target.id)
  return shard
}

/** Returns whether anything changed. */
function updateTarget(db: Database, row: TargetRow, target: TargetSpec): boolean {
  const spec = JSON.stringify(target)
  if (row.id === target.id && row.spec === spec && row.removed_at === null) return false
  db.run('update target set id = ?, spec = ?, removed_at = null where target_no = ?', target.id, spec, row.target_no)
  return true
}

/**
 * From when it was last watched it is unobserved, and its incident is over. Its states become those of a target that was
 * never asked: should it come back, it begins anew, and its intervals go on counting from the unobserved one.
 */
function removeTarget(db: Database, { target_no, shard_id }: TargetRow, now: number): void {
  db.run('update target set removed_at = ? where target_no = ?', now, target_no)
  const shard = db.get('select last_tick_at from shard where shard_id = ?', shard_id) as { last_tick_at: number | null }
  const seenUntil = Math.min(now, shard.last_tick_at ?? now)
  const open = db.all(
    `select i.* from state_interval as i join series using (series_id) where target_no = ? and to_ts is null`,
    target_no,
  ) as readonly IntervalRow[]
  for (const { series_id, seq, from_ts } of open) {
    insertInterval(db, {
      series: series_id,
      seq: seq + 1,
      status: 'unobserved',
      from: Math.max(from_ts, seenUntil),
      to: undefined,
      code: 'UNOBSERVED',
      reason: 'the target was taken out of the configuration',
    })
  }
  db.run(
    `update series_state set state = ?, facts = '{}' where series_id in (select series_id from series where target_no = ?)`,
    JSON.stringify(initialState({ now: 0, wall: now })),
    target_no,
  )
  db.run(
    `insert into incident_event (incident_id, n, at, kind, text)
     select incident_id, 1 + (select count(*) from incident_event as e where e.incident_id = i.incident_id), ?, 'resolved',
       'the target was taken out of the configuration'
     from incident as i where target_no = ? and closed_at is null`,
    now,
    target_no,
  )
  db.run('update incident set closed_at = ? where target_no = ? and closed_at is null', now, target_no)
}
