import { describe, expect, it } from 'vitest'
import { axisFrom, summarise, toChartData } from './chart-data.ts'

const point = (at: number, ms: number | null, failed = 0): Parameters<typeof summarise>[0]['points'][number] => ({
  at,
  count: 6,
  failed,
  p50: ms,
  p95: ms === null ? null : ms * 2,
  p99: ms === null ? null : ms * 3,
  max: ms,
})
const series = (...points: readonly ReturnType<typeof point>[]): Parameters<typeof summarise>[0] => ({
  from: 0,
  to: 600_000,
  bucketMs: 60_000,
  source: 'samples',
  points: [...points],
})

describe('toChartData', () => {
  it('M7: breaks the line where nobody looked', () => {
    const data = toChartData(series(point(240_000, 30), point(0, 10), point(60_000, 20)))
    expect(data.at).toEqual([0, 60, 120, 240])
    expect(data.p50).toEqual([10, 20, null, 30])
    expect(data.points[2]).toBeUndefined()
  })

  it('breaks it where every check failed, and marks the failures', () => {
    const data = toChartData(series(point(0, 10), point(60_000, null, 6), point(120_000, 10, 3)))
    expect(data.p95).toEqual([20, null, 20])
    expect(data.failures).toEqual([
      { from: 60, to: 120, share: 1 },
      { from: 120, to: 180, share: 0.5 },
    ])
  })
})

it('sums a range up', () => {
  expect(summarise(series(point(0, 10), point(60_000, 30, 2), point(120_000, 20)))).toEqual({
    count: 18,
    failed: 2,
    typicalMs: 20,
    worstMs: 90,
  })
  expect(summarise(series())).toEqual({ count: 0, failed: 0, typicalMs: null, worstMs: null })
})

describe('axisFrom', () => {
  it('is where the range begins, or the first observation when there was none for long', () => {
    expect(axisFrom(series())).toBe(0)
    expect(axisFrom(series(point(50_000, 10)))).toBe(0)
    expect(axisFrom(series(point(400_000, 10), point(300_000, 10)))).toBe(300_000)
    expect(axisFrom(series(point(590_000, 10)))).toBe(540_000)
  })
})
