import { BEATS, type Beat, type Uptime } from '@hale/contract'
import type { Sample, SeriesId, StateInterval } from '../model.ts'
import type { HistoryReader } from '../store/store.ts'
import { Beats } from './beats.ts'
import { UptimeWindow } from './uptime-window.ts'

const DAY_MS = 86_400_000

/** The past that pages show, as a store has it. */
export type Past = Pick<HistoryReader, 'lastSamples' | 'intervals'>

interface Addition {
  readonly interval: StateInterval | undefined
  readonly samples: readonly Sample[]
}

/** Beats and uptime of every series. */
export class Memory {
  readonly #beats = new Map<SeriesId, Beats>()
  readonly #uptime = new Map<SeriesId, UptimeWindow>()
  /** What came in for series whose past is being loaded: it goes after that. */
  readonly #waiting = new Map<SeriesId, Addition[]>()
  /** The tick watches over every series at once: an open interval holds until its last commit. */
  observedUntil: number

  constructor(now: number) {
    this.observedUntil = now
  }

  /** Replaces what is remembered of some series by what is stored, then by what was added meanwhile. */
  async load(past: Past, shards: readonly number[], series: readonly SeriesId[], now: number): Promise<void> {
    const loading = new Map(series.map((each): [SeriesId, Addition[]] => [each, []]))
    for (const [each, additions] of loading) this.#waiting.set(each, additions)
    // Forgotten, or being loaded anew.
    const isOurs = (each: SeriesId): boolean => loading.has(each) && this.#waiting.get(each) === loading.get(each)
    try {
      const samples: (readonly [SeriesId, readonly Sample[]])[] = []
      for (const shard of shards) samples.push(...(await past.lastSamples(shard, BEATS, now - DAY_MS)))
      const intervals = await past.intervals(series, now - DAY_MS, now)
      for (const each of series) if (isOurs(each)) this.#drop(each)
      for (const [each, found] of samples) if (isOurs(each)) this.#add(each, { interval: undefined, samples: found })
      for (const interval of intervals.toSorted((a, b) => a.seq - b.seq))
        if (isOurs(interval.series)) this.#add(interval.series, { interval, samples: [] })
    } finally {
      for (const [each, additions] of loading) {
        if (!isOurs(each)) continue
        this.#waiting.delete(each)
        for (const addition of additions) this.#add(each, addition)
      }
    }
  }

  add(series: SeriesId, interval: StateInterval | undefined, samples: readonly Sample[]): void {
    const waiting = this.#waiting.get(series)
    if (waiting === undefined) this.#add(series, { interval, samples })
    else waiting.push({ interval, samples })
  }

  forget(series: SeriesId): void {
    this.#waiting.delete(series)
    this.#drop(series)
  }

  /** Oldest first; only those after a wall time, if one is given. */
  beats(series: SeriesId, after: number = -Infinity): readonly Beat[] {
    return this.#beats.get(series)?.after(after) ?? []
  }

  /** Of the last 24 hours. */
  uptime(series: SeriesId, now: number): Uptime {
    return (this.#uptime.get(series) ?? new UptimeWindow(DAY_MS)).read(now, this.observedUntil)
  }

  #add(series: SeriesId, { interval, samples }: Addition): void {
    if (interval !== undefined) getOrMake(this.#uptime, series, () => new UptimeWindow(DAY_MS)).add(interval)
    if (samples.length === 0) return
    const beats = getOrMake(this.#beats, series, () => new Beats())
    for (const sample of samples) beats.add(sample)
  }

  #drop(series: SeriesId): void {
    this.#beats.delete(series)
    this.#uptime.delete(series)
  }
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}
