import { setImmediate } from 'node:timers/promises'
import type { Clock, Instant } from 'hale'
import type { Logger } from 'pino'
import type { Dropped } from './cluster/lease.ts'
import type { ProbeReport, TargetSnapshot, TickNews, TickSource } from './evaluate/news.ts'
import { toSnapshot } from './evaluate/snapshot.ts'
import type { PlanContext } from './incidents/plan.ts'
import type { Incident } from './model.ts'
import { commitDrafts, type CommitOutcome, type Drafted } from './commit-drafts.ts'
import { openShard, type Shard } from './shard.ts'
import { StoreError, type Lease, type Store } from './store/store.ts'
import { createUnheld } from './unheld.ts'

/** How often what was probed is committed, at most and at least. */
const EVERY_MS = 1_000
/** A report that changes something is committed this soon, together with what comes in meanwhile. */
const SOON_MS = 50
/** Reports kept while the store fails; beyond that the oldest are dropped, and counted. */
const MAX_WAITING = 100_000
/** Evaluating this many reports takes a few milliseconds; after that others have their turn. */
const BREATHE_AFTER = 50

/** The heart of the monitor: takes what the probes found, evaluates it, commits it, tells the pages. */
export interface Tick extends TickSource, AsyncDisposable {
  /** Takes one report. Never waits and never throws: a probe is not held up by storage (M1). */
  take(report: ProbeReport): void
  /** Takes a shard over. */
  adopt(lease: Lease): Promise<void>
  /** Lets go of a shard: another worker has it, or will, or nobody can know. */
  drop(shard: number, why: Dropped): void
  /** Hears whether the store took the worker's lease: all that is known of the store while there is no shard to commit. */
  leased(taken: boolean): void
  readonly stats: TickStats
}

export interface TickStats {
  readonly commits: number
  /** Milliseconds the last commit took, evaluation included. */
  readonly lastMs: number
  readonly failures: number
  /** Reports that wait for a commit. */
  readonly waiting: number
  /** Reports dropped because the store failed for too long. */
  readonly dropped: number
}

export interface TickOptions extends PlanContext {
  readonly store: Store
  readonly clock: Clock
  readonly logger: Logger
  /** Called after a commit that put something into the outbox. */
  readonly onNotifications: () => void
  /** Called when another worker owns the shard now. */
  readonly onFenced: (shard: number) => void
}

export function createTick(options: TickOptions): Tick {
  const { store, clock, logger } = options
  const shards = new Map<number, Shard>()
  const unheld = createUnheld()
  const listeners = new Set<(news: TickNews) => void>()
  let waiting: ProbeReport[] = []
  let stats: TickStats = { commits: 0, lastMs: 0, failures: 0, waiting: 0, dropped: 0 }
  let storageOk = true
  let closed = false
  let running: Promise<void> | undefined
  let timer = clock.after(EVERY_MS, beat)
  let hurried = false

  function beat(): void {
    running ??= commit().finally(() => {
      running = undefined
      hurried = false
      if (!closed) timer = clock.after(EVERY_MS, beat)
    })
  }

  function hurry(): void {
    if (hurried || closed || running !== undefined) return
    hurried = true
    timer.cancel()
    timer = clock.after(SOON_MS, beat)
  }

  async function commit(): Promise<void> {
    const began = clock.now()
    const at: Instant = { now: began, wall: clock.wall() }
    const reports = waiting
    waiting = []
    try {
      const drafts = await draftAll(reports, at)
      const { committed, refused } = await commitDrafts(store, drafts)
      for (const { drafted, error } of refused) refuse(drafted, error)
      const news = committed.flatMap(({ drafted, outcome }) => settle(drafted, outcome))
      const commits = committed.map(({ drafted }) => drafted.draft.commit)
      const incidents = commits.flatMap((commit) => commit.incidents)
      // To commit nothing proves nothing.
      if (drafts.length > 0) {
        if (!storageOk) logger.info('storage works again')
        storageOk = true
        stats = { ...stats, commits: stats.commits + 1, lastMs: clock.now() - began }
      }
      tell({ at: at.wall, targets: [...news, ...unheld.age(at)], removed: [], incidents, storageOk })
      if (commits.some((commit) => commit.notifications.length > 0)) options.onNotifications()
    } catch (error) {
      keep(reports)
      failed(error, at)
    }
  }

  async function draftAll(reports: readonly ProbeReport[], at: Instant): Promise<readonly Drafted[]> {
    const drafts: Drafted[] = []
    for (const shard of shards.values()) {
      const own = reports.filter((report) => shard.watched.has(report.targetId))
      await shard.define(own)
      const draft = shard.draft(own, at, options)
      if (draft !== undefined) drafts.push({ shard, draft })
      // Thousands of reports are evaluated a shard at a time, so that no probe's answer waits for all of them (M1).
      if (own.length > BREATHE_AFTER) await setImmediate()
    }
    return drafts
  }

  function refuse({ shard, draft }: Drafted, error: StoreError): void {
    stats = { ...stats, dropped: stats.dropped + draft.after.size }
    logger.error({ err: error, shard: shard.lease.shard }, 'the store refuses what was found')
  }

  function settle({ shard, draft }: Drafted, outcome: CommitOutcome): readonly TargetSnapshot[] {
    if (outcome === 'ok') return shard.accept(draft)
    // Fenced: another worker owns it. Replayed: a commit whose answer was lost; only the store knows what it held.
    shards.delete(shard.lease.shard)
    unheld.keep(shard.lease.shard, snapshotsOf(shard))
    logger.warn({ shard: shard.lease.shard, outcome }, 'shard given up')
    options.onFenced(shard.lease.shard)
    return []
  }

  function keep(reports: readonly ProbeReport[]): void {
    const all = [...reports, ...waiting]
    waiting = all.slice(-MAX_WAITING)
    stats = { ...stats, dropped: stats.dropped + all.length - waiting.length }
  }

  function failed(error: unknown, at: Instant): void {
    stats = { ...stats, failures: stats.failures + 1 }
    if (storageOk)
      logger.error({ err: error, retryable: error instanceof StoreError && error.retryable }, 'storage fails')
    storageOk = false
    tell({ ...NO_NEWS, at: at.wall, targets: unheld.age(at), storageOk })
  }

  function tell(news: TickNews): void {
    for (const listener of listeners) {
      try {
        listener(news)
      } catch (error) {
        logger.error({ err: error }, 'a listener of the tick threw')
      }
    }
  }

  /** True when the report says something else than what is believed. */
  function matters({ targetId, outcome }: ProbeReport): boolean {
    for (const shard of shards.values()) {
      const watched = shard.watched.get(targetId)
      if (watched !== undefined) return watched.state.status !== outcome.result.status || watched.interval === undefined
    }
    return false
  }

  return {
    get stats() {
      return { ...stats, waiting: waiting.length }
    },
    take(report) {
      if (closed) return
      waiting.push(report)
      if (matters(report)) hurry()
    },
    async adopt(lease) {
      const image = await store.loadShard(lease)
      const shard = await openShard(image, store, { now: clock.now(), wall: clock.wall() })
      shards.set(lease.shard, shard)
      const at = clock.wall()
      const { shard: adopted } = lease
      const removed = unheld.forget(adopted).filter((id) => !shard.watched.has(id))
      tell({ at, targets: snapshotsOf(shard), adopted, removed, incidents: NO_INCIDENTS, storageOk })
    },
    drop(id, why) {
      const shard = shards.get(id)
      if (shard === undefined) return
      shards.delete(id)
      if (why === 'unrenewed') unheld.keep(id, snapshotsOf(shard))
      else tell({ ...NO_NEWS, at: clock.wall(), removed: [...shard.watched.keys()], storageOk })
    },
    leased(taken) {
      // What is not this worker's by now is another's.
      const removed = taken ? unheld.forget() : []
      const changed = shards.size === 0 && taken !== storageOk
      if (changed) storageOk = taken
      if (changed || removed.length > 0) tell({ ...NO_NEWS, at: clock.wall(), removed, storageOk })
    },
    current: () => [...shards.values()].flatMap(snapshotsOf),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async [Symbol.asyncDispose]() {
      closed = true
      timer.cancel()
      await running
      // What was probed up to now is not lost with the process.
      await commit()
    },
  }
}

const NO_INCIDENTS: readonly Incident[] = []
const NO_NEWS = { targets: [], removed: [], incidents: NO_INCIDENTS } as const

function snapshotsOf(shard: Shard): readonly TargetSnapshot[] {
  return [...shard.watched.values()].map((watched) => toSnapshot(watched, () => []))
}
