import { describe, expect, it } from 'vitest'
import { askOnce } from '../../../../test/harness/ask.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { createTraffic, type Traffic } from '../core/traffic.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { responseTime } from './response-time.ts'

function served(count: number, ms: number, failed = 0): Traffic {
  const traffic = createTraffic()
  for (let i = 0; i < count; i++) traffic.record('POST /orders', i < failed ? 500 : 201, ms)
  return traffic
}

describe('responseTime', () => {
  it.each(
    checkConformance({
      name: 'response-time',
      healthy: () => responseTime(served(100, 10), { degraded: '500ms' }),
      broken: () => responseTime(served(100, 840), { degraded: '500ms' }),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('is local and only degrades the whole, for what slows one replica down slows them all (E17)', () => {
    expect(responseTime(served(0, 0), { degraded: '1s' })).toMatchObject({
      scope: 'local',
      defaults: { impact: 'degrades' },
    })
  })

  it.each([
    [400, 'healthy'],
    [600, 'degraded'],
    [3_000, 'unhealthy'],
  ])('reads a p95 of %s ms as %s', async (ms, status) => {
    const check = responseTime(served(50, ms), { route: 'POST /orders', degraded: '500ms', unhealthy: '2s' })
    expect((await askOnce(check)).status).toBe(status)
  })

  it.each([
    [1, 'healthy'],
    [2, 'degraded'],
    [10, 'unhealthy'],
  ])('reads %s failures in 100 as %s', async (failed, status) => {
    const check = responseTime(served(100, 1, failed), { errorsDegraded: '1%', errorsUnhealthy: '5%' })
    expect((await askOnce(check)).status).toBe(status)
  })

  it('says what it is and what it usually is', async () => {
    const clock = createFakeClock()
    const traffic = createTraffic({ clock })
    for (const ms of [210, 210, 210, 840]) {
      if (ms === 840) await clock.advance('5m')
      for (let i = 0; i < 20; i++) traffic.record('POST /orders', 201, ms)
      if (ms !== 840) await clock.advance('5m')
    }
    const result = await askOnce(responseTime(traffic, { route: 'POST /orders', degraded: '500ms' }))
    expect(result.message).toMatch(/^p95 of POST \/orders is 8[34]\d ms, usually 2(0\d|1\d) ms, limit 500 ms\. /)
    expect(result).toMatchObject({ code: 'SLOW', data: { requests: 20, errorPercent: 0 } })
  })

  it('judges nothing by too few requests', async () => {
    expect(await askOnce(responseTime(served(19, 9_000), { degraded: '1ms' }))).toMatchObject({ status: 'healthy' })
    expect(await askOnce(responseTime(served(2, 9_000), { degraded: '1ms', minRequests: 2 }))).toMatchObject({
      status: 'degraded',
    })
    const none = await askOnce(responseTime(served(5, 1), { route: 'GET /nothing', degraded: '1s' }))
    expect(none).toMatchObject({ status: 'healthy', message: expect.stringContaining('GET /nothing') })
  })

  it('refuses limits that are none, all at once', () => {
    const wrong = { degraded: '2 s', errorsDegraded: '5%', errorsUnhealthy: '1%', minRequests: 0 } as const
    expect(() => responseTime(served(0, 0), wrong)).toThrow(/degraded: "2 s"[^]*errorsDegraded[^]*minRequests/)
    expect(() => responseTime(served(0, 0))).toThrow(HealthSetupError)
  })
})
