import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { StatsD } from 'hot-shots'
import { describe, expect, it } from 'vitest'
import { startStatsd } from '../../../../test/harness/statsd.ts'
import { createHealth } from '../core/create-health.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { createDogstatsdExporter } from './dogstatsd.ts'

const tags = { env: 'prod', version: '1.4.2' }

describe('DogStatsD, which nobody but Datadog serves whole', () => {
  it('has its metrics and tags taken by the original StatsD', async () => {
    await using server = await startStatsd()
    await using health = createHealth({ checks: { 'orders-db.eu': scriptedCheck(['unhealthy']) } })
    const exporter = createDogstatsdExporter(health, { port: server.port, tags })
    await health.report()
    await exporter.close()
    expect(exporter.figures).toMatchObject({ dropped: 0, queued: 0 })

    const own = 'env=prod;version=1.4.2'
    const db = `check=orders-db.eu;${own}`
    // UDP: it has left, and may not have been read yet.
    await expect
      .poll(() => server.ask('gauges'), { timeout: 10_000 })
      .toMatchObject({
        [`hale.severity;${own}`]: 1,
        [`hale.exporter.dropped;${own}`]: 0,
        [`hale.check.severity;${db}`]: 3,
        [`hale.check.consecutive_failures;${db}`]: 1,
        [`hale.check.age;${db}`]: expect.any(Number),
      })
    // It takes what it does not know for a counter, and knows neither distributions, service checks nor events.
    await expect
      .poll(() => server.ask('counters'), { timeout: 10_000 })
      .toMatchObject({
        [`hale.check.transitions;check=orders-db.eu;from=unknown;to=unhealthy;${own}`]: 1,
        [`hale.check.duration;check=orders-db.eu;kind=scripted;status=unhealthy;${own}`]: expect.any(Number),
      })
  })

  it('writes the lines that hot-shots writes for the same, of which Datadog says that it is the client for Node', async () => {
    const agent = createSocket('udp4')
    agent.bind(0, '127.0.0.1')
    await once(agent, 'listening')
    const told: string[] = []
    agent.on('message', (packet) => told.push(...String(packet).split('\n')))
    const clock = createFakeClock()
    const message = 'Access denied: see https://docs, and ask.'
    const step = { status: 'unhealthy', code: 'AUTH_FAILED', message } as const
    const health = createHealth({ clock, checks: { db: { check: scriptedCheck([step]), jitter: 0 } } })
    const exporter = createDogstatsdExporter(health, { port: agent.address().port, tags })
    await clock.advance(0)
    const at = clock.wall()
    await exporter.close()

    const client = new StatsD({ mock: true, globalTags: tags })
    const of = { check: 'db' }
    client.distribution('hale.check.duration', 0, { ...of, kind: 'scripted', status: 'unhealthy' })
    client.increment('hale.check.transitions', 1, { ...of, from: 'unknown', to: 'unhealthy' })
    client.event(
      'Check db is unhealthy',
      `It was unknown: first result: unhealthy.\nAUTH_FAILED: ${message}`,
      { date_happened: new Date(at), aggregation_key: 'hale.db', alert_type: 'error' },
      { ...of, from: 'unknown', to: 'unhealthy' },
    )
    client.gauge('hale.check.severity', 3, of)
    client.gauge('hale.check.age', 0, of)
    client.gauge('hale.check.consecutive_failures', 1, of)
    client.check('hale.check.status', client.CHECKS.CRITICAL, { date_happened: new Date(at), message }, of)
    client.gauge('hale.severity', 1)
    client.gauge('hale.exporter.dropped', 0)
    client.check('hale.status', client.CHECKS.WARNING, { date_happened: new Date(at) })
    await expect.poll(() => told.length, { timeout: 10_000 }).toBe(client.mockBuffer?.length)
    expect(told.map(withSortedTags)).toEqual(client.mockBuffer?.map(withSortedTags))
    agent.close()
    await health.close()
  })
})

/** The order of tags is nobody's concern. */
function withSortedTags(line: string): string {
  return line.replace(/(?<=\|#)[^|]*/, (tags) => tags.split(',').toSorted().join(','))
}
