import fastify from 'fastify'
import { expect, it } from 'vitest'
import { responseTime } from '../checks/response-time.ts'
import { slowerThanUsual } from '../checks/slower-than-usual.ts'
import { createHealth } from '../core/create-health.ts'
import { createTraffic } from '../core/traffic.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { trafficPlugin } from './fastify-traffic.ts'
import { healthPlugin } from './fastify.ts'

const KEY = 'a-key-of-the-traffic-test'

it('says that the p95 of a route is 840 ms and usually 210 ms, once it is so, over real requests', async () => {
  const clock = createFakeClock()
  const traffic = createTraffic({ clock, window: '5m' })
  const route = 'POST /orders'
  const health = createHealth({
    clock,
    mode: 'on-request',
    checks: {
      orders: { check: slowerThanUsual(traffic, { route, minWindows: 3 }), every: '1s' },
      limit: { check: responseTime(traffic, { route, degraded: '500ms' }), every: '1s' },
    },
  })
  const app = fastify()
  await app.register(healthPlugin(health, { keys: [KEY] }))
  await app.register(trafficPlugin(traffic))
  let takesMs = 210
  app.post('/orders', async () => {
    // The clock of the measuring stands still but for this.
    await clock.advance(takesMs)
    return 'made'
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })

  const order = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) expect(await (await fetch(`${url}/orders`, { method: 'POST' })).text()).toBe('made')
  }
  const ask = async (): Promise<{ readonly checks: Readonly<Record<string, Told>> }> => {
    await clock.advance('1s')
    return (await fetch(`${url}/health`, { headers: { 'x-api-key': KEY } })).json() as never
  }

  await order(25)
  expect((await ask()).checks).toMatchObject({
    orders: { status: 'healthy', message: expect.stringContaining('What is usual is not known yet: 0 of 3 windows') },
    limit: { status: 'healthy' },
  })
  for (let window = 0; window < 3; window++) {
    await clock.advance('5m')
    await order(25)
  }
  const usual = await ask()
  expect(usual.checks['orders']?.status).toBe('healthy')
  await clock.advance('5m')
  takesMs = 840
  await order(25)
  const { limit, orders } = (await ask()).checks
  expect(orders).toMatchObject({ status: 'degraded', code: 'SLOW' })
  expect(limit).toMatchObject({ status: 'degraded', code: 'SLOW' })
  // Quantiles are off by at most 1.1 %.
  expect(orders?.message).toMatch(/^p95 of POST \/orders is 8[34]\d ms, usually 2[01]\d ms;/)
  await app.close()
})

interface Told {
  readonly status: string
  readonly message?: string
}
