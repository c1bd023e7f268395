import type { Clock } from 'hale'
import { isGone } from '../../cluster/worker.ts'
import { StoreError, type Lease, type Store } from '../store.ts'
import type { Database } from './database.ts'

/** Who may write for which shard. Expiry is compared with the store's clock, inside the transaction that claims. */
export function createLeases(db: Database, clock: Pick<Clock, 'wall'>): Pick<Store, 'renewAndClaim' | 'release'> {
  return {
    async renewAndClaim(worker, ttlMs) {
      return db.writeRelaxed(() => {
        const now = clock.wall()
        db.run('delete from worker where expires_at <= ?', now)
        db.run(
          `insert into worker (worker_id, expires_at) values (?, ?)
           on conflict (worker_id) do update set expires_at = excluded.expires_at`,
          worker,
          now + ttlMs,
        )
        const share = fairShare(db)
        const free = Math.max(0, share - ownedBy(db, worker).length)
        db.run(
          `update shard set owner = ?, epoch = epoch + 1 where shard_id in (
             select shard_id from shard
             where owner is null or owner not in (select worker_id from worker) order by shard_id limit ?)`,
          worker,
          free,
        )
        const owned = ownedBy(db, worker)
        return { owned, excess: Math.max(0, owned.length - share) }
      })
    },

    async release(worker, shards) {
      db.writeRelaxed(() => {
        for (const shard of shards)
          db.run('update shard set owner = null where owner = ? and shard_id = ?', worker, shard)
        // A worker that leaves must not go on counting in the fair share of those that stay.
        if (ownedBy(db, worker).length === 0) db.run('delete from worker where worker_id = ?', worker)
      })
    },
  }
}

/** Ends the leases of workers whose process is known to be gone. */
export function evictGone(db: Database): void {
  db.write(() => {
    const workers = db.all('select worker_id as id from worker') as readonly { readonly id: string }[]
    for (const { id } of workers) if (isGone(id)) db.run('delete from worker where worker_id = ?', id)
  })
}

/** Throws unless the lease is the newest of its shard. */
export function assertLease(db: Database, { shard, epoch }: Lease): void {
  const current = (db.get('select epoch from shard where shard_id = ?', shard) as { epoch: number } | undefined)?.epoch
  if (current === epoch) return
  const message = `Shard ${shard} is no longer leased at epoch ${epoch}, but at ${current ?? 'none'}: claim it again.`
  throw new StoreError(message, { retryable: false })
}

function fairShare(db: Database): number {
  const row = db.get('select (select count(*) from shard) as shards, (select count(*) from worker) as workers') as
    | { shards: number; workers: number }
    | undefined
  return row === undefined ? 0 : Math.ceil(row.shards / Math.max(1, row.workers))
}

function ownedBy(db: Database, worker: string): readonly Lease[] {
  return db.all(
    'select shard_id as shard, epoch from shard where owner = ? order by shard_id',
    worker,
  ) as readonly Lease[]
}
