import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StateInterval } from '../model.ts'
import { uptime } from './uptime.ts'

const interval = (
  status: StateInterval['status'],
  from: number,
  to: number | undefined,
  seq = from,
): StateInterval => ({
  series: 1,
  seq,
  status,
  from,
  to,
  code: undefined,
  reason: '',
})

const statuses = ['healthy', 'degraded', 'unhealthy', 'unknown', 'maintenance', 'skipped', 'unobserved'] as const
const anyInterval = fc
  .tuple(fc.constantFrom(...statuses), fc.nat(1_000), fc.option(fc.nat(1_200), { nil: undefined }))
  .map(([status, from, to]) => interval(status, from, to))

describe('uptime', () => {
  it('M7: the parts sum exactly to the range, and no share is above 1, whatever the intervals', () => {
    fc.assert(
      fc.property(
        fc.array(anyInterval),
        fc.nat(1_000),
        fc.nat(1_000),
        fc.option(fc.nat(1_500), { nil: undefined }),
        (intervals, from, length, lastObservedAt) => {
          const result = uptime(intervals, from, from + length, lastObservedAt)
          const parts = [result.healthyMs, result.degradedMs, result.downMs, result.maintenanceMs, result.unobservedMs]
          expect(parts.reduce((sum, part) => sum + part, 0)).toBe(length)
          expect(Math.min(...parts)).toBeGreaterThanOrEqual(0)
          expect(result.up ?? 0).toBeGreaterThanOrEqual(0)
          expect(result.up ?? 0).toBeLessThanOrEqual(1)
          expect(result.coverage).toBeGreaterThanOrEqual(0)
          expect(result.coverage).toBeLessThanOrEqual(1)
        },
      ),
    )
  })

  it('counts degraded as up, unknown as down, and leaves maintenance out', () => {
    const day = [
      interval('healthy', 0, 600),
      interval('degraded', 600, 700),
      interval('unknown', 700, 750),
      interval('unhealthy', 750, 800),
      interval('maintenance', 800, undefined),
    ]
    expect(uptime(day, 0, 1_000)).toEqual({
      from: 0,
      to: 1_000,
      observedFrom: 0,
      up: 700 / 800,
      coverage: 1,
      healthyMs: 600,
      degradedMs: 100,
      downMs: 100,
      maintenanceMs: 200,
      unobservedMs: 0,
    })
  })

  it("M7: the monitor's own downtime is unobserved, not up", () => {
    expect(uptime([interval('healthy', 0, undefined)], 0, 1_000, 250)).toMatchObject({
      up: 1,
      coverage: 0.25,
      healthyMs: 250,
      unobservedMs: 750,
    })
  })

  it('M7: says nothing about a range in which nobody looked', () => {
    expect(uptime([], 0, 1_000)).toMatchObject({ up: null, coverage: 0, unobservedMs: 1_000 })
    expect(uptime([], 5, 5)).toMatchObject({ up: null, coverage: 0, unobservedMs: 0 })
  })
})
