import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFakeClock } from '../testing/fake-clock.ts'
import { HealthSetupError } from './misuse.ts'
import { createTraffic, type Traffic, type TrafficOptions } from './traffic.ts'

function setUp(options: TrafficOptions = {}) {
  const clock = createFakeClock()
  return { clock, traffic: createTraffic({ clock, ...options }) }
}

function serve(traffic: Traffic, route: string, count: number, ms: number, status = 200): void {
  for (let i = 0; i < count; i++) traffic.record(route, status, ms)
}

describe('createTraffic', () => {
  it('tells rate, errors and durations of each route and of all', async () => {
    const { clock, traffic } = setUp()
    await clock.advance('100s')
    serve(traffic, 'GET /a', 90, 10)
    serve(traffic, 'GET /a', 10, 100, 503)
    serve(traffic, 'GET /b', 100, 1_000, 404)
    expect(traffic.routes()).toEqual(['GET /a', 'GET /b'])
    const { p50Ms, p95Ms, ...rest } = traffic.figures('GET /a') ?? {}
    expect(rest).toMatchObject({ requests: 100, errors: 10, perSecond: 1, windowMs: 100_000, usual: undefined })
    expect(Math.abs((p50Ms ?? 0) - 10)).toBeLessThan(0.11)
    expect(Math.abs((p95Ms ?? 0) - 100)).toBeLessThan(1.1)
    expect(traffic.figures()).toMatchObject({ requests: 200, errors: 10, perSecond: 2 })
    expect(traffic.figures('GET /c')).toBeUndefined()
  })

  it('looks back the window and no further, by the monotonic clock (E6)', async () => {
    const { clock, traffic } = setUp({ window: '10s' })
    serve(traffic, 'a', 5, 1)
    await clock.advance('5s')
    clock.setWall(0)
    serve(traffic, 'a', 3, 1)
    await clock.advance('4999ms')
    expect(traffic.figures('a')).toMatchObject({ requests: 8, windowMs: 9_999 })
    await clock.advance('1ms')
    expect(traffic.figures('a')).toMatchObject({ requests: 3, windowMs: 9_000 })
    await clock.advance('1h')
    expect(traffic.figures('a')).toMatchObject({ requests: 0, perSecond: 0, p95Ms: undefined })
  })

  it('counts each request once, as often as it is asked and whenever requests come', async () => {
    const steps = fc.array(fc.tuple(fc.nat(3_000), fc.nat(5)), { maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const { clock, traffic } = setUp({ window: '10s' })
        const seen: number[] = []
        for (const [pause, count] of plan) {
          await clock.advance(pause)
          serve(traffic, 'a', count, 1)
          for (let i = 0; i < count; i++) seen.push(clock.now())
          const firstSlice = Math.floor(clock.now() / 1_000) - 9
          const expected = seen.filter((at) => Math.floor(at / 1_000) >= firstSlice).length
          expect(traffic.figures()?.requests).toBe(expected)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('E11: routes are bounded and what matches none is one label, whatever is asked for', () => {
    const { traffic } = setUp({ maxRoutes: 3 })
    for (let i = 0; i < 1_000; i++) {
      traffic.record(undefined, 404, 1)
      traffic.record(`GET /made-up/${i}`, 200, 1)
    }
    expect(traffic.routes()).toEqual(['unmatched', 'GET /made-up/0', 'GET /made-up/1', 'other'])
    expect(traffic.figures('unmatched')?.requests).toBe(1_000)
    expect(traffic.figures('other')?.requests).toBe(998)
    expect(traffic.figures()?.requests).toBe(2_000)
  })

  it('knows what is usual after three windows with enough requests, and a bad one does not change it', async () => {
    const { clock, traffic } = setUp()
    for (const ms of [200, 210, 5_000]) {
      expect(traffic.figures('a')?.usual).toBeUndefined()
      serve(traffic, 'a', 20, ms)
      await clock.advance('5m')
      serve(traffic, 'quiet', 19, ms)
    }
    expect(Math.abs((traffic.figures('a')?.usual?.median ?? 0) - 210)).toBeLessThan(2.3)
    expect(traffic.figures('a')?.usual?.windows).toBe(3)
    await clock.advance('5m')
    expect(traffic.figures('quiet')?.usual).toBeUndefined()
  })

  it('times what begins', async () => {
    const { clock, traffic } = setUp()
    const end = traffic.begin()
    await clock.advance('2s')
    end('POST /orders', 201)
    expect(Math.round((traffic.figures('POST /orders')?.p50Ms ?? 0) / 100)).toBe(20)
  })

  it('passes over durations that are none', () => {
    const { traffic } = setUp()
    for (const ms of [Number.NaN, -1]) traffic.record('a', 200, ms)
    expect(traffic.figures()?.requests).toBe(0)
  })

  it('refuses options that cannot work, all at once', () => {
    expect(() => createTraffic({ window: '5s', maxRoutes: 0 })).toThrow(HealthSetupError)
    expect(() => createTraffic({ window: '2 weeks', maxRoutes: 1.5 })).toThrow(/window: "2 weeks".*\n.*maxRoutes: 1\.5/)
  })
})
