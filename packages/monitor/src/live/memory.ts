import type { TargetSnapshot } from '../evaluate/news.ts'
import type { Sample, SeriesId, StateInterval } from '../model.ts'
import type { HistoryReader } from '../store/store.ts'
import { BEATS, Beats } from './beats.ts'
import type { Remembered } from './to-api.ts'
import { UptimeWindow } from './uptime-window.ts'

const DAY_MS = 86_400_000

/** Beats and uptime of every series. */
export class Memory {
  readonly #beats = new Map<SeriesId, Beats>()
  readonly #uptime = new Map<SeriesId, UptimeWindow>()
  /** The tick watches over every series at once: an open interval holds until its last commit. */
  observedUntil: number

  constructor(now: number) {
    this.observedUntil = now
  }

  async load(
    history: Pick<HistoryReader, 'lastSamples' | 'intervals'>,
    shards: readonly number[],
    targets: readonly TargetSnapshot[],
    now: number,
  ): Promise<void> {
    for (const shard of shards) {
      const samples = await history.lastSamples(shard, BEATS, now - DAY_MS)
      for (const [series, each] of samples) for (const sample of each) this.#beatsOf(series).add(sample)
    }
    const series = targets.flatMap((target) => [target.series, ...target.components.map((each) => each.series)])
    const intervals = await history.intervals(series, now - DAY_MS, now)
    for (const interval of intervals.toSorted((a, b) => a.seq - b.seq)) this.#uptimeOf(interval.series).add(interval)
  }

  add(series: SeriesId, interval: StateInterval | undefined, samples: readonly Sample[]): void {
    if (interval !== undefined) this.#uptimeOf(series).add(interval)
    for (const sample of samples) this.#beatsOf(series).add(sample)
  }

  forget(series: SeriesId): void {
    this.#beats.delete(series)
    this.#uptime.delete(series)
  }

  read(series: SeriesId, now: number): Remembered {
    return {
      beats: this.#beats.get(series)?.list() ?? [],
      uptime: this.#uptimeOf(series).read(now, this.observedUntil),
    }
  }

  #beatsOf(series: SeriesId): Beats {
    return getOrMake(this.#beats, series, () => new Beats())
  }

  #uptimeOf(series: SeriesId): UptimeWindow {
    return getOrMake(this.#uptime, series, () => new UptimeWindow(DAY_MS))
  }
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}
