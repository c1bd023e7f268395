import type { SampleSeries } from '@hale/contract'
import { severity } from 'hale'
import { Sketch } from 'hale/core/sketch'
import { decodeSketch } from '../evaluate/sketch-bytes.ts'
import type { Sample } from '../model.ts'
import type { HourRollup } from '../store/store.ts'

/** Points of a chart: more than a screen can tell apart is waste. */
export const MOST_POINTS = 240
const HOUR_MS = 3_600_000
/** Ranges beyond this are drawn from hours: a day and a half of raw samples is the most that one request reads. */
const LONGEST_RAW_MS = 36 * HOUR_MS

const STEPS_MS: readonly number[] = [
  1_000,
  2_000,
  5_000,
  10_000,
  15_000,
  30_000,
  60_000,
  120_000,
  300_000,
  600_000,
  900_000,
  1_800_000,
  HOUR_MS,
  2 * HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  24 * HOUR_MS,
  48 * HOUR_MS,
  168 * HOUR_MS,
]

export interface SeriesPlan {
  readonly source: SampleSeries['source']
  /** Buckets begin at multiples of it, so that a chart that moves with time keeps its buckets. */
  readonly bucketMs: number
}

/** Chooses where a range is drawn from, and how finely. */
export function planSeries(from: number, to: number, everyMs: number): SeriesPlan {
  const length = to - from
  const source = length > LONGEST_RAW_MS ? 'hours' : 'samples'
  // One bucket more than the range is long, since the first and the last may be cut.
  const finest = Math.max(length / (MOST_POINTS - 1), source === 'hours' ? HOUR_MS : 0)
  // Short enough for every sample to have a point of its own.
  if (source === 'samples' && everyMs >= finest) return { source, bucketMs: everyMs }
  const bucketMs = STEPS_MS.find((step) => step >= finest) ?? Math.ceil(finest / HOUR_MS) * HOUR_MS
  return { source, bucketMs }
}

/** Gathers samples, and hours where there are no samples any more, into buckets; empty ones are left out. */
export function toSeries(
  { source, bucketMs }: SeriesPlan,
  range: { readonly from: number; readonly to: number },
  samples: readonly Sample[],
  hours: readonly HourRollup[],
): SampleSeries {
  const buckets = new Map<number, Bucket>()
  const bucketOf = (at: number): Bucket => {
    const start = Math.floor(at / bucketMs) * bucketMs
    const bucket = buckets.get(start) ?? {
      at: start,
      count: 0,
      failed: 0,
      sketch: new Sketch(),
      min: Infinity,
      max: -Infinity,
    }
    buckets.set(start, bucket)
    return bucket
  }
  for (const { hour, up, failed, unknown, sketch } of hours) {
    const bucket = bucketOf(hour)
    const decoded = decodeSketch(sketch)
    bucket.count += up + failed + unknown
    bucket.failed += failed + unknown
    bucket.sketch.merge(decoded)
    widen(bucket, decoded.quantile(0), decoded.quantile(1))
  }
  for (const { at, status, durationMs } of samples) {
    const bucket = bucketOf(at)
    bucket.count += 1
    if (severity(status) >= severity('unknown')) bucket.failed += 1
    if (durationMs === undefined) continue
    bucket.sketch.add(durationMs)
    widen(bucket, durationMs, durationMs)
  }
  const points = [...buckets.values()].sort((a, b) => a.at - b.at).map(toPoint)
  return { ...range, bucketMs, source, points }
}

interface Bucket {
  readonly at: number
  count: number
  failed: number
  readonly sketch: Sketch
  min: number
  max: number
}

function toPoint({ at, count, failed, sketch, min, max }: Bucket): SampleSeries['points'][number] {
  // A quantile of the sketch may lie 1 % beyond the values there were.
  const quantile = (q: number): number | null => {
    const value = sketch.quantile(q)
    return value === undefined ? null : round(Math.min(Math.max(value, min), max))
  }
  return {
    at,
    count,
    failed,
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    max: max === -Infinity ? null : round(max),
  }
}

function widen(bucket: Bucket, low: number | undefined, high: number | undefined): void {
  bucket.min = Math.min(bucket.min, low ?? Infinity)
  bucket.max = Math.max(bucket.max, high ?? -Infinity)
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100
}
