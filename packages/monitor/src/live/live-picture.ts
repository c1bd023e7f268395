import type { ApiIncident, Overview, Target, TargetSummary } from '@hale/contract'
import { STATUSES, aggregate, type Clock, type Timer } from 'hale'
import type { TargetSnapshot, TickNews, TickSource } from '../evaluate/news.ts'
import type { Incident } from '../model.ts'
import { Memory } from './memory.ts'
import { NowAndThen } from './now-and-then.ts'
import type { Change, Picture, PictureOptions } from './picture.ts'
import { overviewSentence, tellTimeFrom } from './sentence.ts'
import { Shown, type Moment } from './shown.ts'
import { toApiIncident, toComponent, toTarget, toVerdict } from './to-api.ts'

const PUBLISH_EVERY_MS = 1_000
/** After this the past of an adopted shard is asked for again when the store could not give it. */
const LOAD_AGAIN_MS = 5_000

/** Follows a source from the moment that it is made; its past comes by `load`. */
export class LivePicture implements Picture {
  readonly source: TickSource
  storageOk = true
  readonly #options: PictureOptions
  readonly #clock: Clock
  readonly #memory: Memory
  readonly #startedAt: number
  readonly #targets = new Map<string, Shown>()
  readonly #listeners = new Set<(change: Change) => void>()
  readonly #stop: () => void
  readonly #changed = { whole: false, targets: new Set<string>(), incidents: new Map<string, Incident>() }
  readonly #publishing: NowAndThen
  /** For the shards whose past could not be loaded. */
  readonly #again = new Set<Timer>()
  #closed = false

  constructor(options: PictureOptions, clock: Clock) {
    this.#options = options
    this.#clock = clock
    this.#startedAt = clock.wall()
    this.#memory = new Memory(this.#startedAt)
    this.#publishing = new NowAndThen(clock, PUBLISH_EVERY_MS, () => this.#publish())
    this.source = options.source
    this.#stop = this.source.subscribe((news) => this.#hear(news))
  }

  /** Shows targets of some shards at once, and their past when it is loaded. Rejects when the store cannot give it. */
  async load(shards: readonly number[], targets: readonly TargetSnapshot[]): Promise<void> {
    const moment = this.#moment()
    const series = targets.flatMap((target) => [target, ...target.components].map((each) => each.series))
    const loaded = this.#memory.load(this.#options.history, shards, series, moment.now)
    for (const target of targets) this.#take(target, moment)
    await loaded
    for (const { spec } of targets) this.#targets.get(spec.id)?.recall(this.#clock.wall())
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
      sentence: overviewSentence(verdicts, this.#moment().time),
      counts,
    }
  }

  summaries(): readonly TargetSummary[] {
    const moment = this.#moment()
    return [...this.#targets.values()].map((shown) => shown.summary(moment))
  }

  target(id: string): Target | undefined {
    const shown = this.#targets.get(id)
    if (shown === undefined) return undefined
    const moment = this.#moment()
    const components = shown.snapshot.components.map((each) =>
      toComponent(each, this.#memory.uptime(each.series, moment.now), this.#memory.beats(each.series)),
    )
    return toTarget(shown.snapshot, shown.summary(moment), components)
  }

  snapshot(id: string): TargetSnapshot | undefined {
    return this.#targets.get(id)?.snapshot
  }

  snapshots(): readonly TargetSnapshot[] {
    return [...this.#targets.values()].map(({ snapshot }) => snapshot)
  }

  incident(incident: Incident): ApiIncident {
    return toApiIncident(incident, this.snapshot(incident.targetId)?.spec.name ?? incident.targetId)
  }

  retell(incident: Incident): void {
    // News that waits is younger than what anybody read from the store.
    if (this.#changed.incidents.has(incident.id)) return
    this.#changed.incidents.set(incident.id, incident)
    this.#publishing.soon()
  }

  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  [Symbol.dispose](): void {
    this.#closed = true
    this.#stop()
    this.#publishing[Symbol.dispose]()
    for (const timer of this.#again) timer.cancel()
    this.#listeners.clear()
  }

  #hear(news: TickNews): void {
    // While nothing can be committed nothing is observed (M7).
    if (news.storageOk) this.#memory.observedUntil = Math.max(this.#memory.observedUntil, news.at)
    this.#changed.whole ||= news.removed.length > 0 || news.storageOk !== this.storageOk
    this.storageOk = news.storageOk
    if (news.adopted !== undefined) void this.#loadAdopted(news.adopted, news.targets)
    const moment = this.#moment()
    for (const target of news.targets) {
      this.#take(target, moment)
      this.#changed.targets.add(target.spec.id)
    }
    for (const id of news.removed) this.#drop(id)
    for (const incident of news.incidents) this.#changed.incidents.set(incident.id, incident)
    this.#publishing.soon()
  }

  async #loadAdopted(shard: number, targets: readonly TargetSnapshot[]): Promise<void> {
    const failed = await this.load([shard], targets).then(
      () => false,
      () => true,
    )
    if (this.#closed) return
    this.#changed.whole = true
    this.#publishing.soon()
    if (!failed) return
    const timer = this.#clock.after(LOAD_AGAIN_MS, () => {
      this.#again.delete(timer)
      const ours = targets.flatMap(({ spec }) => this.snapshot(spec.id) ?? [])
      if (ours.length > 0) void this.#loadAdopted(shard, ours)
    })
    this.#again.add(timer)
  }

  #take(target: TargetSnapshot, moment: Moment): void {
    const { id } = target.spec
    this.#memory.add(target.series, target.interval, target.samples)
    for (const each of target.components) this.#memory.add(each.series, each.interval, each.samples)
    const shown = this.#targets.get(id)
    if (shown === undefined) {
      this.#targets.set(id, new Shown(target, this.#memory, moment))
      return
    }
    const kept = new Set(target.components.map(({ series }) => series))
    for (const { series } of shown.snapshot.components) if (!kept.has(series)) this.#memory.forget(series)
    shown.take(target, moment)
  }

  #drop(id: string): void {
    const snapshot = this.snapshot(id)
    if (snapshot === undefined) return
    for (const { series } of [snapshot, ...snapshot.components]) this.#memory.forget(series)
    this.#targets.delete(id)
    this.#changed.targets.delete(id)
  }

  #moment(): Moment {
    const now = this.#clock.wall()
    return { now, time: tellTimeFrom(now, this.#options.timeZone) }
  }

  #publish(): void {
    const { whole, targets, incidents } = this.#changed
    const change: Change = {
      whole,
      targets: [...targets].flatMap((id) => this.#targets.get(id)?.news() ?? []),
      incidents: [...incidents.values()].map((each) => this.incident(each)),
    }
    this.#changed.whole = false
    targets.clear()
    incidents.clear()
    for (const listener of this.#listeners) listener(change)
  }
}
