import type { Clock } from 'hale'
import { isGone } from '../../cluster/worker.ts'
import type { Message, Notification } from '../../model.ts'
import { StoreError, type NewNotification, type Settlement, type Store } from '../store.ts'
import type { Database } from './database.ts'
import { toNotification, type NotificationRow } from './rows.ts'

type Outbox = Pick<Store, 'claimOutbox' | 'foldOutbox' | 'settle' | 'nextDelivery'>

/** What is to be delivered. Within a channel everything goes in order of its place; a lock keeps the whole channel. */
export function createOutbox(db: Database, clock: Pick<Clock, 'wall'>): Outbox {
  return {
    async claimOutbox(worker, max, lockMs) {
      return db.write(() => {
        const now = clock.wall()
        const channels = db.all(
          `select distinct channel from notification indexed by notification_pending where status = 'pending' order by channel`,
        ) as readonly { channel: string }[]
        return channels.flatMap(({ channel }) =>
          dueOf(db, channel, now, max).map((row) => lock(db, row.notification_no, worker, now + lockMs)),
        )
      })
    },

    async foldOutbox(worker, keys, digest, lockMs) {
      return db.write(() => {
        const now = clock.wall()
        const parts = keys.map((key) => foldable(db, key, worker, digest.channel))
        if (parts.length === 0) throw new StoreError('A digest of nothing was asked for.', FINAL)
        const number = insertNotification(db, digest, Math.min(...parts.map(({ place }) => place)))
        for (const { key } of parts) {
          db.run(
            `update notification set status = 'superseded', folded_into = ?, lock_by = null, lock_until = 0 where key = ?`,
            digest.key,
            key,
          )
          // A digest may itself be folded: its parts then point to the one that is sent.
          db.run('update notification set folded_into = ? where folded_into = ?', digest.key, key)
        }
        return lock(db, number, worker, now + lockMs)
      })
    },

    async settle(worker, settlements) {
      return db.write(() =>
        settlements.filter((each) => !settleOne(db, worker, each)).map(({ attempt }) => attempt.key),
      )
    },

    async nextDelivery() {
      const row = db.get(
        `select min(max(iif(head.tries = 0, 0, head.next_at), first.locked)) as due from
           (select channel, min(place) as place, max(lock_until) as locked
            from notification indexed by notification_pending where status = 'pending' group by channel) as first
           join notification as head
             on head.channel = first.channel and head.place = first.place and head.status = 'pending'`,
      ) as { due: number | null } | undefined
      return row?.due ?? undefined
    },
  }
}

/** Adds one row to the outbox, at the end unless a place is given. Returns its number. Part of the caller's transaction. */
export function insertNotification(db: Database, notification: NewNotification, place?: number): number {
  const { key, incidentId, n, channel, message, createdAt } = notification
  const last = db.get('select max(notification_no) as number from notification') as { number: number | null }
  const number = (last.number ?? 0) + 1
  db.run(
    `insert into notification (notification_no, place, key, incident_id, n, channel, kind, message, next_at, created_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    number,
    place ?? number,
    key,
    incidentId,
    n,
    channel,
    message.kind,
    JSON.stringify(message),
    createdAt,
    createdAt,
  )
  return number
}

/** Ends the locks of workers whose process is known to be gone. What they held stays ambiguous: it may have been sent. */
export function unlockGone(db: Database): void {
  db.write(() => {
    const workers = db.all(
      `select distinct lock_by as id from notification where status = 'pending' and lock_until > 0 and lock_by is not null`,
    ) as readonly { readonly id: string }[]
    for (const { id } of workers) {
      if (isGone(id)) db.run(`update notification set lock_until = 0 where status = 'pending' and lock_by = ?`, id)
    }
  })
}

const FINAL = { retryable: false }

/** The oldest pending of a channel that may be delivered together, as the port says; none while any is locked. */
function dueOf(db: Database, channel: string, now: number, max: number): readonly NotificationRow[] {
  const locked = db.get(
    `select 1 from notification where status = 'pending' and channel = ? and lock_until > ? limit 1`,
    channel,
    now,
  )
  if (locked !== undefined) return []
  const oldest = db.all(
    `select * from notification where status = 'pending' and channel = ? order by place limit ?`,
    channel,
    max,
  ) as readonly NotificationRow[]
  const alone = oldest[0] !== undefined && isAmbiguous(oldest[0])
  let messages = 0
  const end = oldest.findIndex((row, index) => {
    messages += messagesIn(row)
    return dueAt(row) > now || (index > 0 && (alone || isAmbiguous(row) || messages > max))
  })
  return end === -1 ? oldest : oldest.slice(0, end)
}

/** A digest counts as many as it stands for. */
function messagesIn({ kind, message }: NotificationRow): number {
  return kind === 'digest' ? ((JSON.parse(message) as Message).parts?.length ?? 1) : 1
}

/** The first try is due at once, whatever was done to the clock since. */
function dueAt({ tries, next_at }: NotificationRow): number {
  return tries === 0 ? 0 : next_at
}

/** A lock that lapsed without a settlement may have been a delivery. */
function isAmbiguous({ ambiguous, lock_by }: NotificationRow): boolean {
  return ambiguous !== 0 || lock_by !== null
}

function lock(db: Database, number: number, worker: string, until: number): Notification {
  db.run(
    `update notification set ambiguous = ambiguous or lock_by is not null, lock_by = ?, lock_until = ?, tries = tries + 1
     where notification_no = ?`,
    worker,
    until,
    number,
  )
  const row = db.get('select * from notification where notification_no = ?', number) as NotificationRow | undefined
  if (row === undefined) throw new StoreError(`Notification ${number} vanished while it was locked.`, FINAL)
  return toNotification(row)
}

function foldable(db: Database, key: string, worker: string, channel: string): NotificationRow {
  const row = db.get('select * from notification where key = ?', key) as NotificationRow | undefined
  if (row?.status !== 'pending' || row.lock_by !== worker) {
    throw new StoreError(`Notification ${key} cannot be folded: ${worker} does not hold its lock.`, FINAL)
  }
  if (row.ambiguous !== 0) {
    throw new StoreError(`Notification ${key} cannot be folded: it may have been delivered already.`, FINAL)
  }
  if (row.channel !== channel) {
    throw new StoreError(`Notification ${key} is for channel ${row.channel}, the digest for ${channel}.`, FINAL)
  }
  return row
}

/** False when the worker does not hold the lock. */
function settleOne(db: Database, worker: string, { attempt, next }: Settlement): boolean {
  const applied = db.run(
    `update notification set status = ?, next_at = coalesce(?, next_at), delivered_at = ?,
       ambiguous = ambiguous or ?, lock_by = null, lock_until = 0
     where key = ? and lock_by = ? and status = 'pending'`,
    next.to === 'retry' ? 'pending' : next.to,
    next.to === 'retry' ? next.at : null,
    next.to === 'delivered' ? attempt.at : null,
    Number(attempt.outcome === 'ambiguous'),
    attempt.key,
    worker,
  )
  if (applied === 0) return false
  db.run(
    `insert into attempt (notification_no, n, at, outcome, detail, took_ms)
     select notification_no, (select count(*) + 1 from attempt where notification_no = o.notification_no), ?, ?, ?, ?
     from notification as o where key = ?`,
    attempt.at,
    attempt.outcome,
    attempt.detail,
    attempt.tookMs,
    attempt.key,
  )
  return true
}
