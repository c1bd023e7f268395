import type { Clock, Timer } from 'hale'
import type { Logger } from 'pino'
import type { Lease, Store } from '../store/store.ts'

/** Share of the time to live after which a worker that could not renew stops probing, by its own monotonic clock (M12). */
const STOP_AT = 0.7

/** `lost`: to another worker, or given back. `unrenewed`: the store could not be told in time that it is still ours. */
export type Dropped = 'lost' | 'unrenewed'

export interface LeaseLoopOptions {
  readonly store: Store
  readonly worker: string
  readonly ttlMs: number
  readonly clock: Clock
  readonly logger: Logger
  /** A shard is this worker's now. */
  readonly adopt: (lease: Lease) => Promise<void>
  /** A shard is no longer this worker's. */
  readonly drop: (shard: number, why: Dropped) => void
  /** Told after each try whether the store took it, and what is this worker's has been adopted. */
  readonly onRenewal: (taken: boolean) => void
}

export interface LeaseLoop extends AsyncDisposable {
  /** The shards that are this worker's now. */
  readonly shards: readonly number[]
  /** Renews and claims once, now. */
  renew(): Promise<void>
  /** Forgets a shard that turned out to be another's; it may be claimed anew later. */
  lost(shard: number): void
}

/** Keeps hold of this worker's share of the shards, and takes over those that nobody holds. */
export function createLeaseLoop(options: LeaseLoopOptions): LeaseLoop {
  const { store, worker, ttlMs, clock, logger, onRenewal } = options
  const held = new Map<number, Lease>()
  let timer: Timer | undefined
  let closed = false
  let renewedAt = clock.now()
  let running: Promise<void> | undefined

  async function renew(): Promise<void> {
    // Counted from before the renewal was sent: the store cannot have counted from earlier.
    const began = clock.now()
    try {
      const { owned, excess } = await store.renewAndClaim(worker, ttlMs)
      renewedAt = began
      await takeOver(owned)
      await giveBack(excess)
      onRenewal(true)
    } catch (error) {
      logger.error({ err: error }, 'could not renew the lease')
      if (clock.now() - renewedAt > ttlMs * STOP_AT) dropAll()
      onRenewal(false)
    }
  }

  async function takeOver(owned: readonly Lease[]): Promise<void> {
    const now = new Map(owned.map((lease) => [lease.shard, lease]))
    for (const shard of held.keys()) if (!now.has(shard)) lose(shard)
    for (const lease of owned) {
      if (held.get(lease.shard)?.epoch === lease.epoch) continue
      await options.adopt(lease)
      held.set(lease.shard, lease)
    }
  }

  async function giveBack(excess: number): Promise<void> {
    const shards = [...held.keys()].slice(0, excess)
    if (shards.length === 0) return
    for (const shard of shards) lose(shard)
    await store.release(worker, shards)
  }

  function lose(shard: number, why: Dropped = 'lost'): void {
    if (held.delete(shard)) options.drop(shard, why)
  }

  function dropAll(): void {
    for (const shard of held.keys()) lose(shard, 'unrenewed')
  }

  function loop(): void {
    running = renew().finally(() => {
      if (!closed) timer = clock.after(ttlMs / 4, loop)
    })
  }
  timer = clock.after(ttlMs / 4, loop)

  return {
    get shards() {
      return [...held.keys()]
    },
    renew,
    lost: (shard) => lose(shard),
    async [Symbol.asyncDispose]() {
      closed = true
      timer?.cancel()
      await running
      const shards = [...held.keys()]
      held.clear()
      await store.release(worker, shards)
    },
  }
}
