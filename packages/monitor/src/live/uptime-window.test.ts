import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { uptime } from '../../test/uptime.ts'
import type { StateInterval } from '../model.ts'
import { UptimeWindow } from './uptime-window.ts'

const statuses = ['healthy', 'degraded', 'unhealthy', 'unknown', 'maintenance', 'skipped', 'unobserved'] as const

/** A series' intervals as the tick writes them: each begins where the one before ended, or after a gap. */
const aSeries = fc
  .array(fc.tuple(fc.constantFrom(...statuses), fc.integer({ min: 0, max: 500 }), fc.constantFrom(0, 0, 0, 40)))
  .map((spans) => {
    let from = 0
    return spans.map(([status, length, gap], index): StateInterval => {
      const start = from + gap
      from = start + length
      const to = index === spans.length - 1 ? undefined : from
      return { series: 1, seq: index + 1, status, from: start, to, code: undefined, reason: '' }
    })
  })

/** Intervals that follow each other, as a window of a thousand ms. */
function windowOf(...spans: readonly (readonly [StateInterval['status'], from: number, to?: number])[]): UptimeWindow {
  const window = new UptimeWindow(1_000)
  for (const [index, [status, from, to]] of spans.entries()) {
    window.add({ series: 1, seq: index + 1, status, from, to, code: undefined, reason: '' })
  }
  return window
}

describe('UptimeWindow', () => {
  it('counts degraded as up, unknown as down, and leaves maintenance out', () => {
    const window = windowOf(
      ['healthy', 0, 600],
      ['degraded', 600, 700],
      ['unknown', 700, 750],
      ['unhealthy', 750, 800],
      ['maintenance', 800],
    )
    expect(window.read(1_000, 1_000)).toEqual({
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

  it('M7: says nothing about a window in which nobody looked', () => {
    expect(windowOf().read(1_000, 1_000)).toMatchObject({ up: null, coverage: 0, unobservedMs: 1_000 })
    expect(windowOf(['skipped', 0]).read(1_000, 1_000)).toMatchObject({ up: null, observedFrom: null })
  })

  it('M7: says what its definition says over the same intervals, however the window moves', () => {
    fc.assert(
      fc.property(aSeries, fc.integer({ min: 1, max: 1_500 }), fc.array(fc.nat(400)), (intervals, length, steps) => {
        const window = new UptimeWindow(length)
        let now = 0
        for (const [index, interval] of intervals.entries()) {
          window.add(interval)
          now = Math.max(now, interval.from) + (steps[index] ?? 0)
          const known = intervals.slice(0, index + 1)
          const expected = uptime(known, now - length, now, now)
          const found = window.read(now, now)
          expect(found).toMatchObject({ ...expected, coverage: expect.closeTo(expected.coverage, 9) })
          const { degradedMs, downMs, healthyMs, maintenanceMs, unobservedMs } = found
          expect(healthyMs + degradedMs + downMs + maintenanceMs + unobservedMs).toBe(length)
        }
      }),
    )
  })

  it('M7: ends the open interval where nobody looked any more', () => {
    expect(windowOf(['healthy', 0]).read(1_000, 250)).toMatchObject({
      up: 1,
      coverage: 0.25,
      healthyMs: 250,
      unobservedMs: 750,
    })
  })

  it('takes the same interval again, and older ones, without counting twice', () => {
    const window = new UptimeWindow(1_000)
    const first = {
      series: 1,
      seq: 1,
      status: 'unhealthy',
      from: 0,
      to: undefined,
      code: undefined,
      reason: '',
    } as const
    const second = { ...first, seq: 2, status: 'healthy', from: 400 } as const
    for (const interval of [first, first, second, first, second]) window.add(interval)
    expect(window.read(1_000, 1_000)).toMatchObject({ downMs: 400, healthyMs: 600, up: 0.6 })
  })
})
