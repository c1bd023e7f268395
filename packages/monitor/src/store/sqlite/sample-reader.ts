import { setImmediate as breathe } from 'node:timers/promises'
import type { Sample, SeriesId } from '../../model.ts'
import type { HistoryReader } from '../store.ts'
import { decodeSegment } from '../segment.ts'
import type { Database } from './database.ts'
import { DAY_MS, dayTables, SEGMENT_SPAN_MS } from './segment-tables.ts'

/** What is read and decoded at one go; between two of them the event loop gets its turn. */
const WINDOW_MS = 10 * 60_000

/** Reads samples out of the segments of a shard, found by shard and time. */
export function createSampleReader(db: Database): Pick<HistoryReader, 'samples' | 'lastSamples'> {
  return {
    async samples(series, from, to) {
      const found: Sample[] = []
      for (const [shard, wanted] of shardsOf(db, series)) {
        for (const window of windowsOf(db, from, to)) {
          for (const { t0, body } of segmentsOf(db, shard, window)) {
            for (const sample of decodeSegment(body, t0, wanted)) {
              if (sample.at >= from && sample.at < to) found.push(sample)
            }
          }
          await breathe()
        }
      }
      return found.sort((a, b) => a.at - b.at)
    },

    async lastSamples(shard, each, since) {
      const open = new Set(watchedSeries(db, shard))
      const found = new Map([...open].map((series): [SeriesId, Sample[]] => [series, []]))
      for (const window of windowsOf(db, since, Infinity).reverse()) {
        for (const { t0, body } of segmentsOf(db, shard, window).toReversed()) {
          for (const sample of decodeSegment(body, t0, open).toReversed()) {
            if (sample.at >= since) found.get(sample.series)?.push(sample)
          }
          for (const series of open) if ((found.get(series)?.length ?? 0) >= each) open.delete(series)
          if (open.size === 0) break
        }
        if (open.size === 0) break
        await breathe()
      }
      for (const [series, samples] of found) {
        found.set(series, samples.sort((a, b) => a.at - b.at).slice(-each))
      }
      return found
    },
  }
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
