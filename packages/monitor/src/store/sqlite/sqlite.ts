import { systemClock, type Clock } from 'hale'
import type { Store } from '../store.ts'
import { createAccess } from './access.ts'
import { Database } from './database.ts'
import { createHistory } from './history.ts'
import { createLeases, evictGone } from './leases.ts'
import { migrate } from './migrate.ts'
import { createOutbox, unlockGone } from './outbox.ts'
import { createRetention } from './retention.ts'
import { createRoster } from './roster.ts'
import { createShards } from './shards.ts'
import { createTicks } from './ticks.ts'

export interface SqliteStoreOptions {
  /** The database file; made when it is not there. Its folder must be. */
  readonly path: string
  /** Tells the time that leases and locks are compared with. Default: the system's. */
  readonly clock?: Pick<Clock, 'wall'>
  /**
   * Into how many shards a new file is divided; an older one keeps its own. Default 8: with 2,000 targets a read of one
   * target's history decodes the samples of 250, and a tick is 8 rows.
   */
  readonly shards?: number
}

/**
 * Opens the store that is one SQLite file. All calls work on this thread: the longest is a tick's commit.
 * Several processes may open one file; leases decide who writes. Rejects with a `StoreError`.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { path, clock = systemClock, shards = 8 } = options
  const db = new Database(path)
  try {
    migrate(db, path)
    makeShards(db, shards)
    evictGone(db)
    unlockGone(db)
  } catch (error) {
    db.close()
    throw error
  }
  return {
    ...createLeases(db, clock),
    ...createShards(db),
    ...createTicks(db),
    ...createOutbox(db, clock),
    ...createRetention(db),
    history: createHistory(db),
    roster: createRoster(db, clock),
    access: createAccess(db),
    async [Symbol.asyncDispose]() {
      db.close()
    },
  }
}

/** The number is fixed here for the life of the file: it decides where a target's samples lie. */
function makeShards(db: Database, shards: number): void {
  db.write(() => {
    if (db.get('select 1 from shard limit 1') !== undefined) return
    for (let shard = 0; shard < shards; shard += 1) db.run('insert into shard (shard_id) values (?)', shard)
  })
}
