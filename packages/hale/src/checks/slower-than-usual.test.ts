import { describe, expect, it } from 'vitest'
import { askOnce } from '../../../../test/harness/ask.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { createTraffic, type Traffic } from '../core/traffic.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { slowerThanUsual } from './slower-than-usual.ts'

/** Traffic with a window of 30 requests behind it for each of the figures, and one that is going on. */
async function served(past: readonly number[], now: number, count = 30): Promise<Traffic> {
  const clock = createFakeClock()
  const traffic = createTraffic({ clock })
  for (const ms of past) {
    for (let i = 0; i < 30; i++) traffic.record('GET /a', 200, ms)
    await clock.advance('5m')
  }
  await clock.advance('5m')
  for (let i = 0; i < count; i++) traffic.record('GET /a', 200, now)
  return traffic
}

const steady = (windows: number): readonly number[] => Array.from({ length: windows }, (_, i) => 200 + 10 * (i % 3))

describe('slowerThanUsual', () => {
  it.each(
    checkConformance({
      name: 'slower-than-usual',
      healthy: async () => slowerThanUsual(await served(steady(20), 220)),
      broken: async () => slowerThanUsual(await served(steady(20), 840)),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('says how slow it is, how slow it usually is, and from where on it counts', async () => {
    const result = await askOnce(slowerThanUsual(await served(steady(20), 840), { route: 'GET /a' }))
    expect(result).toMatchObject({ status: 'degraded', code: 'SLOW' })
    expect(result.message).toMatch(/^p95 of GET \/a is 8\d\d ms, usually 2\d\d ms; from 3\d\d ms on/)
  })

  it('is silent until it has seen enough windows and enough requests', async () => {
    expect(await askOnce(slowerThanUsual(await served(steady(11), 9_000)))).toMatchObject({
      status: 'healthy',
      message: expect.stringContaining('11 of 12 windows'),
    })
    expect((await askOnce(slowerThanUsual(await served(steady(12), 9_000)))).status).toBe('degraded')
    expect((await askOnce(slowerThanUsual(await served(steady(12), 9_000, 19)))).status).toBe('healthy')
  })

  it('does not learn from an incident that slow is usual', async () => {
    const past = [...steady(20), ...Array<number>(12).fill(5_000)]
    expect((await askOnce(slowerThanUsual(await served(past, 5_000)))).status).toBe('degraded')
  })

  it('lets an app that is unsteady be so, and a very steady one change a little', async () => {
    const unsteady = Array.from({ length: 20 }, (_, i) => 100 + 50 * (i % 9))
    expect((await askOnce(slowerThanUsual(await served(unsteady, 600)))).status).toBe('healthy')
    expect((await askOnce(slowerThanUsual(await served(Array<number>(20).fill(200), 280)))).status).toBe('healthy')
    expect((await askOnce(slowerThanUsual(await served(Array<number>(20).fill(200), 320)))).status).toBe('degraded')
  })

  it('refuses options that cannot work, all at once', () => {
    const wrong = { factor: 0.5, deviations: 0, minWindows: 2, minRequests: 1.5 }
    expect(() => slowerThanUsual(createTraffic(), wrong)).toThrow(HealthSetupError)
    expect(() => slowerThanUsual(createTraffic(), wrong)).toThrow(/factor[^]*deviations[^]*minWindows[^]*minRequests/)
  })
})
