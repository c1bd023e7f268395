import { createSocket } from 'node:dgram'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startStatsd, type Statsd } from '../../../../test/harness/statsd.ts'
import { createHealth } from '../core/create-health.ts'
import { healthy } from '../core/result.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { createStatsdExporter } from './statsd.ts'

let server: Statsd

beforeAll(async () => {
  server = await startStatsd()
})
afterAll(() => server.stop())

describe('StatsD, the original one', () => {
  it('takes gauges, the time of each run in ms, and a count of transitions, under dotted names', async () => {
    await using health = createHealth({
      checks: { 'orders-db.eu': scriptedCheck(['unhealthy']), disk: () => healthy() },
    })
    await health.report()
    await using exporter = createStatsdExporter(health, { port: server.port, prefix: 'shop.eu' })
    health.register('late', scriptedCheck([{ status: 'degraded', code: 'SLOW', message: 'slow' }]))
    await health.report()
    await exporter.close()
    expect(exporter.figures).toMatchObject({ dropped: 0, queued: 0 })

    // UDP: it has left, and may not have been read yet.
    await expect
      .poll(() => server.ask('gauges'))
      .toMatchObject({
        'shop.eu.hale.severity': 1,
        'shop.eu.hale.check.orders-db_eu.severity': 3,
        'shop.eu.hale.check.orders-db_eu.consecutive_failures': 1,
        'shop.eu.hale.check.orders-db_eu.age': expect.any(Number),
        'shop.eu.hale.check.disk.severity': 0,
        'shop.eu.hale.exporter.dropped': 0,
      })
    await expect
      .poll(() => server.ask('counters'))
      .toMatchObject({ 'shop.eu.hale.check.late.transitions': 1, 'statsd.bad_lines_seen': 0 })
    const timers = await server.ask('timers')
    expect(timers).toMatchObject({ 'shop.eu.hale.check.late.duration': [expect.any(Number)] })
  })

  it('is told nothing and hurts nothing when it is not there', async () => {
    const gone = createSocket('udp4')
    await new Promise<void>((resolve) => {
      gone.bind(0, '127.0.0.1', resolve)
    })
    const { port } = gone.address()
    gone.close()
    await using health = createHealth({ checks: { disk: () => healthy() } })
    const exporter = createStatsdExporter(health, { port, logger: { error: () => undefined } })
    await health.report()
    await exporter.close()
    expect(exporter.figures.queued).toBe(0)
  })
})
