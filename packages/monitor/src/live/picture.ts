import type { ApiIncident, Overview, Target, TargetSummary } from '@hale/contract'
import { STATUSES, aggregate, systemClock, type Clock, type Timer } from 'hale'
import type { TargetSnapshot, TickNews, TickSource } from '../evaluate/news.ts'
import type { Incident } from '../model.ts'
import type { HistoryReader } from '../store/store.ts'
import { Memory } from './memory.ts'
import { overviewSentence, tellTimeFrom, type TellTime } from './sentence.ts'
import { toApiIncident, toComponent, toSummary, toTarget, toVerdict } from './to-api.ts'

/** What the pages show: every target as of the last committed tick, in memory. */
export interface Picture extends Disposable {
  overview(): Overview
  /** The overview without the targets. */
  verdict(): Pick<Overview, 'status' | 'sentence' | 'counts'>
  summaries(): readonly TargetSummary[]
  /** Undefined: not watched. */
  target(id: string): Target | undefined
  /** The bare facts, for what is not a page. */
  snapshot(id: string): TargetSnapshot | undefined
  snapshots(): readonly TargetSnapshot[]
  /** An incident with its target's name. */
  incident(incident: Incident): ApiIncident
  /** Tells the listeners of an incident again, because of something that is not in its row: what was sent of it. */
  retell(incident: Incident): void
  /** Calls back with what changed, at most once a second. Returns how to stop. */
  subscribe(listener: (change: Change) => void): () => void
  /** False while commits fail. */
  readonly storageOk: boolean
  readonly source: TickSource
}

/** What changed since the last call. */
export interface Change {
  /** A target went, or the storage failed or came back: look at the whole again. */
  readonly whole: boolean
  readonly targets: readonly TargetSummary[]
  readonly incidents: readonly ApiIncident[]
}

export interface PictureOptions {
  readonly source: TickSource
  readonly history: Pick<HistoryReader, 'lastSamples' | 'intervals'>
  /** The shards whose past is loaded at the start. */
  readonly shards: readonly number[]
  readonly version: string
  readonly clock?: Clock
  /** Zone of the times in sentences. Default: the process's own. */
  readonly timeZone?: string
}

const PUBLISH_EVERY_MS = 1_000
/** A summary is made anew at least this often, since uptime and days left move without news. */
const SUMMARY_FRESH_MS = 30_000

/** Loads the past once, then follows the ticks. */
export async function openPicture(options: PictureOptions): Promise<Picture> {
  const { source, history, shards, clock = systemClock } = options
  // Listening starts before loading: what is committed meanwhile waits, and what was loaded as well is told by its time.
  const waiting: TickNews[] = []
  const stopWaiting = source.subscribe((news) => waiting.push(news))
  const memory = new Memory(clock.wall())
  try {
    await memory.load(history, shards, source.current(), clock.wall())
  } finally {
    stopWaiting()
  }
  return new LivePicture(options, clock, memory, waiting)
}

class LivePicture implements Picture {
  readonly source: TickSource
  storageOk = true
  readonly #options: PictureOptions
  readonly #clock: Clock
  readonly #memory: Memory
  readonly #startedAt: number
  readonly #targets = new Map<string, TargetSnapshot>()
  readonly #summaries = new Map<string, { readonly summary: TargetSummary; readonly madeAt: number }>()
  readonly #listeners = new Set<(change: Change) => void>()
  readonly #stop: () => void
  readonly #changed = { whole: false, targets: new Set<string>(), incidents: new Map<string, Incident>() }
  #publishedAt = -Infinity
  #timer: Timer | undefined

  constructor(options: PictureOptions, clock: Clock, memory: Memory, waiting: readonly TickNews[]) {
    this.#options = options
    this.#clock = clock
    this.#memory = memory
    this.#startedAt = clock.wall()
    this.source = options.source
    for (const target of this.source.current()) this.#take(target)
    for (const news of waiting) this.#hear(news)
    this.#stop = this.source.subscribe((news) => this.#hear(news))
  }

  overview(): Overview {
    return {
      now: this.#clock.wall(),
      ...this.verdict(),
      targets: [...this.summaries()],
      monitor: {
        version: this.#options.version,
        startedAt: this.#startedAt,
        storage: this.storageOk ? 'ok' : 'failing',
      },
    }
  }

  verdict(): Pick<Overview, 'status' | 'sentence' | 'counts'> {
    const verdicts = this.snapshots().map(toVerdict)
    const counts = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Overview['counts']
    for (const { status } of verdicts) counts[status] += 1
    return {
      status: aggregate(verdicts.map(({ status }) => ({ status, impact: 'fails' }))),
      sentence: overviewSentence(verdicts, this.#time(this.#clock.wall())),
      counts,
    }
  }

  summaries(): readonly TargetSummary[] {
    const now = this.#clock.wall()
    const time = this.#time(now)
    return this.snapshots().map((snapshot) => this.#summaryOf(snapshot, now, time))
  }

  target(id: string): Target | undefined {
    const snapshot = this.#targets.get(id)
    if (snapshot === undefined) return undefined
    const now = this.#clock.wall()
    const components = snapshot.components.map((each) => toComponent(each, this.#memory.read(each.series, now)))
    return toTarget(snapshot, this.#summaryOf(snapshot, now, this.#time(now)), components)
  }

  snapshot(id: string): TargetSnapshot | undefined {
    return this.#targets.get(id)
  }

  snapshots(): readonly TargetSnapshot[] {
    return [...this.#targets.values()]
  }

  incident(incident: Incident): ApiIncident {
    return toApiIncident(incident, this.#targets.get(incident.targetId)?.spec.name ?? incident.targetId)
  }

  retell(incident: Incident): void {
    // News that waits is younger than what anybody read from the store.
    if (this.#changed.incidents.has(incident.id)) return
    this.#changed.incidents.set(incident.id, incident)
    this.#publishSoon()
  }

  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  [Symbol.dispose](): void {
    this.#stop()
    this.#timer?.cancel()
    this.#listeners.clear()
  }

  #hear(news: TickNews): void {
    this.#memory.observedUntil = Math.max(this.#memory.observedUntil, news.at)
    this.#changed.whole ||= news.removed.length > 0 || news.storageOk !== this.storageOk
    this.storageOk = news.storageOk
    for (const target of news.targets) {
      this.#take(target)
      this.#changed.targets.add(target.spec.id)
    }
    for (const id of news.removed) this.#drop(id)
    for (const incident of news.incidents) this.#changed.incidents.set(incident.id, incident)
    this.#publishSoon()
  }

  #take(target: TargetSnapshot): void {
    const { id } = target.spec
    const before = this.#targets.get(id)
    this.#targets.set(id, target)
    this.#summaries.delete(id)
    this.#memory.add(target.series, target.interval, target.samples)
    for (const each of target.components) this.#memory.add(each.series, each.interval, each.samples)
    if (before === undefined) return
    const kept = new Set(target.components.map(({ series }) => series))
    for (const { series } of before.components) if (!kept.has(series)) this.#memory.forget(series)
  }

  #drop(id: string): void {
    const target = this.#targets.get(id)
    if (target === undefined) return
    for (const { series } of [target, ...target.components]) this.#memory.forget(series)
    this.#targets.delete(id)
    this.#summaries.delete(id)
    this.#changed.targets.delete(id)
  }

  #summaryOf(snapshot: TargetSnapshot, now: number, time: TellTime): TargetSummary {
    const { id } = snapshot.spec
    const made = this.#summaries.get(id)
    if (made !== undefined && Math.abs(now - made.madeAt) < SUMMARY_FRESH_MS) return made.summary
    const summary = toSummary(snapshot, this.#memory.read(snapshot.series, now), now, time)
    this.#summaries.set(id, { summary, madeAt: now })
    return summary
  }

  #time(now: number): TellTime {
    return tellTimeFrom(now, this.#options.timeZone)
  }

  #publishSoon(): void {
    if (this.#timer !== undefined) return
    const wait = Math.max(0, this.#publishedAt + PUBLISH_EVERY_MS - this.#clock.now())
    this.#timer = this.#clock.after(wait, () => {
      this.#timer = undefined
      this.#publish()
    })
  }

  #publish(): void {
    const { whole, targets, incidents } = this.#changed
    this.#publishedAt = this.#clock.now()
    const now = this.#clock.wall()
    // Nobody listens: nothing is rendered.
    if (this.#listeners.size > 0) {
      const time = this.#time(now)
      const snapshots = [...targets].map((id) => this.#targets.get(id)).filter((each) => each !== undefined)
      const change: Change = {
        whole,
        targets: snapshots.map((each) => this.#summaryOf(each, now, time)),
        incidents: [...incidents.values()].map((each) => this.incident(each)),
      }
      for (const listener of this.#listeners) listener(change)
    }
    this.#changed.whole = false
    targets.clear()
    incidents.clear()
  }
}
