import type { SampleSeries } from '@hale/contract'

type Point = SampleSeries['points'][number]
type Column = readonly (number | null)[]

/** Columns for the chart: seconds since 1970, then milliseconds; null where nothing was measured. */
export interface ChartData {
  readonly at: readonly number[]
  readonly p50: Column
  readonly p95: Column
  readonly p99: Column
  /** Buckets with a failure, in seconds since 1970, and the failed share of each. */
  readonly failures: readonly { readonly from: number; readonly to: number; readonly share: number }[]
  /** The points by place in `at`; undefined: nobody looked. */
  readonly points: readonly (Point | undefined)[]
}

/**
 * Puts points on an unbroken row of buckets, so that a stretch in which nobody looked is a gap in the line and not a
 * line across it (M7). A gap is a bucket or more without a point, counted from the point before.
 */
export function toChartData(series: SampleSeries): ChartData {
  const { bucketMs } = series
  const at: number[] = []
  const points: (Point | undefined)[] = []
  const push = (ms: number, point: Point | undefined): void => {
    at.push(ms / 1000)
    points.push(point)
  }
  let previous: Point | undefined
  for (const point of series.points.toSorted((a, b) => a.at - b.at)) {
    if (previous !== undefined && point.at - previous.at > bucketMs * 1.5) push(previous.at + bucketMs, undefined)
    push(point.at, point)
    previous = point
  }
  const column = (of: (point: Point) => number | null): Column =>
    points.map((point) => (point === undefined ? null : of(point)))
  return {
    at,
    points,
    p50: column((point) => point.p50),
    p95: column((point) => point.p95),
    p99: column((point) => point.p99),
    failures: points.flatMap((point) =>
      point === undefined || point.failed === 0 || point.count === 0
        ? []
        : [{ from: point.at / 1000, to: (point.at + bucketMs) / 1000, share: point.failed / point.count }],
    ),
  }
}

/** A chart is at least this wide. */
const LEAST_MS = 60_000

/**
 * Where the time axis begins: at the beginning of the range, or at the first observation when there was none for a good
 * part of it, so that a young history is not a sliver at the right edge. Wall milliseconds.
 */
export function axisFrom(series: SampleSeries): number {
  const { from, to } = series
  return Math.max(from, Math.min(lateStart(series) ?? from, to - LEAST_MS))
}

/** The first observation, when there was none for a good part of the range before it. */
export function lateStart({ from, to, points }: SampleSeries): number | undefined {
  const first = points.reduce((earliest, { at }) => Math.min(earliest, at), Infinity)
  return Number.isFinite(first) && first - from > (to - from) * 0.1 ? first : undefined
}

/** What a range says in one line, also for those who do not see the chart. */
export interface SeriesSummary {
  readonly count: number
  readonly failed: number
  /** Median of the buckets' medians, and the worst p99. */
  readonly typicalMs: number | null
  readonly worstMs: number | null
}

export function summarise(series: SampleSeries): SeriesSummary {
  const medians = series.points.flatMap(({ p50 }) => (p50 === null ? [] : [p50])).toSorted((a, b) => a - b)
  const worst = series.points.flatMap(({ p99 }) => (p99 === null ? [] : [p99]))
  return {
    count: series.points.reduce((sum, { count }) => sum + count, 0),
    failed: series.points.reduce((sum, { failed }) => sum + failed, 0),
    typicalMs: medians[Math.floor(medians.length / 2)] ?? null,
    worstMs: worst.length === 0 ? null : Math.max(...worst),
  }
}
