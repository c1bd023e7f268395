import { setImmediate } from 'node:timers/promises'
import type { Sample, SeriesId } from '../../model.ts'
import type { HistoryReader } from '../store.ts'
import { decodeSegment } from '../segment.ts'
import type { Database } from './database.ts'
import { DAY_MS, dayTables, SEGMENT_SPAN_MS } from './segment-tables.ts'

/** What is read from the file at one go. */
const WINDOW_MS = 5 * 60_000
/** After this much decoding the event loop gets its turn: probes are answered meanwhile (M1). */
const TURN_MS = 8

/** Reads samples out of the segments of a shard, found by shard and time. */
export function createSampleReader(db: Database): Pick<HistoryReader, 'samples' | 'sampleBatches' | 'lastSamples'> {
  async function* sampleBatches(
    series: readonly SeriesId[],
    from: number,
    to: number,
  ): AsyncGenerator<readonly Sample[]> {
    const turn = createTurns()
    for (const [shard, wanted] of shardsOf(db, series)) {
      for (const window of windowsOf(db, from, to)) {
        for (const { t0, body } of segmentsOf(db, shard, window)) {
          const batch = decodeSegment(body, t0, wanted).filter(({ at }) => at >= from && at < to)
          if (batch.length > 0) yield batch
          await turn()
        }
      }
    }
  }

  return {
    sampleBatches,

    async samples(series, from, to) {
      const found: Sample[] = []
      for await (const batch of sampleBatches(series, from, to)) for (const sample of batch) found.push(sample)
      return found.sort((a, b) => a.at - b.at)
    },

    async lastSamples(shard, each, since) {
      const turn = createTurns()
      const open = new Set(watchedSeries(db, shard))
      const found = new Map([...open].map((series): [SeriesId, Sample[]] => [series, []]))
      for (const window of windowsOf(db, since, Infinity).reverse()) {
        for (const { t0, body } of segmentsOf(db, shard, window).toReversed()) {
          for (const sample of decodeSegment(body, t0, open).toReversed()) {
            const samples = found.get(sample.series)
            if (samples === undefined || sample.at < since) continue
            samples.push(sample)
            if (samples.length >= each) open.delete(sample.series)
          }
          if (open.size === 0) return oldestFirst(found, each)
          await turn()
        }
      }
      return oldestFirst(found, each)
    },
  }
}

/** Waits now and then, so that a long read does not keep everything else from running. */
function createTurns(): () => Promise<void> {
  let began = performance.now()
  return async () => {
    if (performance.now() - began < TURN_MS) return
    await setImmediate()
    began = performance.now()
  }
}

function oldestFirst(
  found: ReadonlyMap<SeriesId, readonly Sample[]>,
  each: number,
): ReadonlyMap<SeriesId, readonly Sample[]> {
  return new Map([...found].map(([series, samples]) => [series, samples.toSorted((a, b) => a.at - b.at).slice(-each)]))
}

interface Window {
  readonly table: string
  readonly from: number
  readonly to: number
}

/** The parts of a range for which there are tables, oldest first. Segments begin up to a span before their samples. */
function windowsOf(db: Database, from: number, to: number): Window[] {
  const windows: Window[] = []
  for (const { name, from: midnight } of dayTables(db)) {
    const start = Math.max(midnight, from - SEGMENT_SPAN_MS)
    const end = Math.min(midnight + DAY_MS, to)
    for (let at = start; at < end; at += WINDOW_MS) {
      windows.push({ table: name, from: at, to: Math.min(at + WINDOW_MS, end) })
    }
  }
  return windows
}

function segmentsOf(db: Database, shard: number, { table, from, to }: Window): readonly SegmentRow[] {
  return db.all(
    `select t0, body from ${table} where shard_id = ? and t0 >= ? and t0 < ? order by t0, segment_no`,
    shard,
    from,
    to,
  ) as readonly SegmentRow[]
}

interface SegmentRow {
  readonly t0: number
  readonly body: Uint8Array
}

function shardsOf(db: Database, series: readonly SeriesId[]): ReadonlyMap<number, ReadonlySet<SeriesId>> {
  const shards = new Map<number, Set<SeriesId>>()
  for (const id of series) {
    const shard = (
      db.get('select shard_id from series join target using (target_no) where series_id = ?', id) as
        | { shard_id: number }
        | undefined
    )?.shard_id
    if (shard === undefined) continue
    const ids = shards.get(shard) ?? new Set()
    shards.set(shard, ids.add(id))
  }
  return shards
}

function watchedSeries(db: Database, shard: number): readonly SeriesId[] {
  return (
    db.all(
      'select series_id as id from series join target using (target_no) where shard_id = ? and removed_at is null',
      shard,
    ) as readonly { id: SeriesId }[]
  ).map(({ id }) => id)
}
