import type { TargetKind } from '@hale/contract'
import { isDeepStrictEqual } from 'node:util'
import type { Clock, Timer } from 'hale'
import type { ProbeReport } from '../evaluate/news.ts'
import type { TargetSpec } from '../model.ts'
import { DueHeap } from './due-heap.ts'
import type { Prober } from './prober.ts'
import { Watched } from './watched.ts'

/** Decides who is probed when, and never more than `concurrency` at once. Knows nothing of storage or alerts (M1). */
export interface Schedule {
  /** Makes the targets that are probed those given. A target that has not changed keeps its slot and its connection. */
  update(targets: readonly TargetSpec[]): void
  /** Probes a target as soon as a place is free, fresh. Undefined when it is not watched (any more). */
  probeNow(targetId: string): Promise<ProbeReport | undefined>
  readonly stats: ScheduleStats
  /** Aborts what runs; nothing is reported afterwards. The probers stay open: they are their maker's. */
  close(): void
}

export interface ScheduleStats {
  readonly targets: number
  /** Probes under way. */
  readonly running: number
  /** Probes that are due and wait for a place. */
  readonly queued: number
  readonly started: number
  /** Slots that went by because the target's last probe was not done, or because the process stood still. */
  readonly skipped: number
  /** Milliseconds by which the last probe started late, or by which the first in the queue is late: the greater. */
  readonly lagMs: number
}

export interface ScheduleOptions {
  readonly clock: Clock
  /** Probes under way at once, at most. Default 256. */
  readonly concurrency?: number
  readonly probers: Readonly<Record<TargetKind, Prober>>
  /** Takes what a probe found. Called outside of any transaction; must not throw. */
  readonly onReport: (report: ProbeReport) => void
}

/**
 * Probes start on multiples of this, a few at a time when there are thousands: half the cost of a cheap probe is that of
 * waking up for it. Small against any interval.
 */
const GRAIN_MS = 10

/** Makes a schedule and starts it. It has no targets before the first `update`. */
export function createSchedule(options: ScheduleOptions): Schedule {
  return new ProbeSchedule(options)
}

class ProbeSchedule implements Schedule {
  readonly #options: ScheduleOptions
  readonly #concurrency: number
  readonly #origin: number
  readonly #watched = new Map<string, Watched>()
  readonly #due = new DueHeap<Watched>()
  /** First in, first out. */
  readonly #queue = new Set<Watched>()
  #timer: Timer | undefined
  #timerAt = Infinity
  #closed = false
  #running = 0
  #started = 0
  #skipped = 0
  #lagMs = 0

  constructor(options: ScheduleOptions) {
    this.#options = options
    this.#concurrency = options.concurrency ?? 256
    this.#origin = options.clock.now()
  }

  get stats(): ScheduleStats {
    const [first] = this.#queue
    const waitingMs = first === undefined ? 0 : this.#options.clock.now() - first.queuedAt
    return {
      targets: this.#watched.size,
      running: this.#running,
      queued: this.#queue.size,
      started: this.#started,
      skipped: this.#skipped,
      lagMs: Math.max(this.#lagMs, waitingMs),
    }
  }

  update(targets: readonly TargetSpec[]): void {
    if (this.#closed) return
    const ids = new Set(targets.map(({ id }) => id))
    for (const watched of this.#watched.values()) if (!ids.has(watched.target.id)) this.#remove(watched)
    for (const target of targets) {
      const known = this.#watched.get(target.id)
      if (known !== undefined && isDeepStrictEqual(known.target, target)) continue
      if (known !== undefined) this.#remove(known)
      this.#add(target)
    }
    this.#arm()
  }

  probeNow(targetId: string): Promise<ProbeReport | undefined> {
    const watched = this.#watched.get(targetId)
    if (watched === undefined) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      watched.waiting.push(resolve)
      if (watched.busy) return
      watched.freshNext = true
      if (!this.#queue.has(watched)) this.#enqueue(watched, this.#options.clock.now())
      this.#fill()
    })
  }

  close(): void {
    this.#closed = true
    this.#timer?.cancel()
    for (const watched of this.#watched.values()) this.#remove(watched)
  }

  #add(target: TargetSpec): void {
    const watched = new Watched(target, this.#options, this.#origin)
    this.#watched.set(target.id, watched)
    this.#due.push(watched)
  }

  #remove(watched: Watched): void {
    // It stays in the heap until it falls due, and is passed over then.
    this.#watched.delete(watched.target.id)
    this.#queue.delete(watched)
    watched.close()
  }

  /** Sets the one timer for the earliest that is due, or a little later. */
  #arm(): void {
    const next = this.#due.peek()
    if (this.#closed || next === undefined) return
    const { clock } = this.#options
    const wakeAt = this.#origin + Math.ceil((next.dueAt - this.#origin) / GRAIN_MS) * GRAIN_MS
    if (wakeAt >= this.#timerAt) return
    this.#timer?.cancel()
    this.#timerAt = wakeAt
    this.#timer = clock.after(Math.max(0, Math.ceil(wakeAt - clock.now())), () => {
      this.#timerAt = Infinity
      this.#turn()
      this.#arm()
    })
  }

  /** Queues whatever is due. */
  #turn(): void {
    const now = this.#options.clock.now()
    for (let watched = this.#due.peek(); watched !== undefined && watched.dueAt <= now; watched = this.#due.peek()) {
      this.#due.pop()
      if (watched.removed) continue
      if (watched.busy || this.#queue.has(watched)) this.#skipped++
      else this.#enqueue(watched, watched.dueAt)
      this.#skipped += watched.advance(now)
      this.#due.push(watched)
    }
    this.#fill()
  }

  #enqueue(watched: Watched, dueAt: number): void {
    watched.queuedAt = dueAt
    this.#queue.add(watched)
  }

  /** Gives free places to those who have waited longest. */
  #fill(): void {
    for (const watched of this.#queue) {
      if (this.#running >= this.#concurrency) return
      this.#queue.delete(watched)
      void this.#start(watched)
    }
  }

  async #start(watched: Watched): Promise<void> {
    this.#running++
    this.#started++
    this.#lagMs = this.#options.clock.now() - watched.queuedAt
    const report = await watched.probe()
    this.#running--
    if (!watched.removed) this.#options.onReport(report)
    watched.settle(watched.removed ? undefined : report)
    this.#fill()
  }
}
