import fc from 'fast-check'
import { Sketch } from 'hale/core/sketch'
import { describe, expect, it } from 'vitest'
import { encodeSketch } from '../evaluate/sketch-bytes.ts'
import type { Sample } from '../model.ts'
import { MOST_POINTS, planSeries, toSeries } from './series.ts'

const HOUR = 3_600_000
const sample = (at: number, durationMs: number | undefined, status: Sample['status'] = 'healthy'): Sample => ({
  series: 1,
  at,
  status,
  durationMs,
  code: undefined,
  phases: undefined,
})

describe('planSeries', () => {
  it('never gives more points than a chart can show', () => {
    fc.assert(
      fc.property(
        fc.nat(2e12),
        fc.integer({ min: 1, max: 1_100 * 24 * HOUR }),
        fc.integer({ min: 1_000, max: HOUR }),
        (from, length, everyMs) => {
          const { bucketMs } = planSeries(from, from + length, everyMs)
          const buckets = Math.floor((from + length) / bucketMs) - Math.floor(from / bucketMs) + 1
          expect(buckets).toBeLessThanOrEqual(MOST_POINTS)
        },
      ),
    )
  })

  it.each([
    ['10 min at 10 s: a point a sample', HOUR / 6, 10_000, 'samples', 10_000],
    ['an hour at 10 s', HOUR, 10_000, 'samples', 30_000],
    ['a day at 10 s', 24 * HOUR, 10_000, 'samples', 600_000],
    ['a week', 168 * HOUR, 10_000, 'hours', HOUR],
    ['a month', 720 * HOUR, 10_000, 'hours', 6 * HOUR],
  ] as const)('%s', (_, length, everyMs, source, bucketMs) => {
    expect(planSeries(0, length, everyMs)).toEqual({ source, bucketMs })
  })
})

describe('toSeries', () => {
  it('counts all, failures, and the spread of what was measured', () => {
    const samples = [
      ...Array.from({ length: 100 }, (_, index) => sample(1_000 + index, index + 1)),
      sample(1_200, undefined, 'unhealthy'),
      sample(61_000, 7, 'degraded'),
    ]
    const { points } = toSeries({ source: 'samples', bucketMs: 60_000 }, { from: 0, to: 120_000 }, samples, [])
    expect(points).toMatchObject([
      { at: 0, count: 101, failed: 1, max: 100 },
      { at: 60_000, count: 1, failed: 0, p50: 7, p99: 7, max: 7 },
    ])
    expect(points[0]?.p50).toBeCloseTo(50, -1)
    expect(points[0]?.p95).toBeCloseTo(95, -1)
  })

  it('adds hours and the samples that came after them', () => {
    const sketch = new Sketch()
    sketch.add(10)
    const hours = [{ series: 1, hour: 0, up: 5, failed: 2, unknown: 1, sketch: encodeSketch(sketch) }]
    const plan = { source: 'hours', bucketMs: 2 * HOUR } as const
    const { points } = toSeries(plan, { from: 0, to: 2 * HOUR }, [sample(HOUR + 1, 20)], hours)
    expect(points).toMatchObject([{ at: 0, count: 9, failed: 3, max: 20 }])
  })

  it('says nothing of latency where none was measured', () => {
    const { points } = toSeries(
      { source: 'samples', bucketMs: 1_000 },
      { from: 0, to: 1 },
      [sample(0, undefined, 'unknown')],
      [],
    )
    expect(points).toEqual([{ at: 0, count: 1, failed: 1, p50: null, p95: null, p99: null, max: null }])
  })
})
