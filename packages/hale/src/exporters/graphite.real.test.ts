import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startVictoriaMetrics, type VictoriaMetrics } from '../../../../test/harness/victoria-metrics.ts'
import { createHealth } from '../core/create-health.ts'
import { healthy } from '../core/result.ts'
import { openFaultProxy } from '../testing/fault-proxy.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { createGraphiteExporter } from './graphite.ts'

let server: VictoriaMetrics

beforeAll(async () => {
  server = await startVictoriaMetrics()
})
afterAll(() => server.stop())

const quiet = { error: (): void => undefined }

describe("VictoriaMetrics' Graphite listener", () => {
  it('takes gauges, durations in seconds and transitions', async () => {
    await using health = createHealth({ checks: { disk: () => healthy() } })
    await health.report()
    await using exporter = createGraphiteExporter(health, { port: server.graphitePort, prefix: 'plain' })
    health.register('orders-db', scriptedCheck(['unhealthy']))
    await health.report()
    await exporter.close()
    expect(exporter.figures).toMatchObject({ dropped: 0, queued: 0 })

    const names = async (): Promise<Record<string, number>> =>
      Object.fromEntries(
        (await server.samples('{__name__=~"plain.*"}')).map(({ metric, values }) => [
          metric['__name__'],
          values.at(-1),
        ]),
      )
    await expect.poll(names, { timeout: 20_000 }).toMatchObject({
      'plain.hale.severity': 1,
      'plain.hale.check.disk.severity': 0,
      'plain.hale.check.orders-db.severity': 3,
      'plain.hale.check.orders-db.transitions': 1,
      'plain.hale.check.orders-db.duration': expect.any(Number),
      'plain.hale.exporter.dropped': 0,
    })
  })

  it.each(['refuse', 'reset'] as const)('is told everything in the end after connections that %s', async (mode) => {
    await using proxy = await openFaultProxy({ target: { port: server.graphitePort } })
    await proxy.set(mode)
    await using health = createHealth({ checks: { disk: () => healthy() } })
    const exporter = createGraphiteExporter(health, { port: proxy.port, prefix: mode, logger: quiet })
    health.register('late', () => healthy())
    await health.report()
    await exporter.flush()
    expect(exporter.figures.dropped).toBe(0)
    await proxy.set('pass')
    await exporter.close()
    expect(exporter.figures).toMatchObject({ dropped: 0, queued: 0 })
    const found = (): Promise<number> =>
      server.samples(`{__name__="${mode}.hale.check.disk.severity"}`).then((all) => all.length)
    await expect.poll(found, { timeout: 20_000 }).toBe(1)
  })

  it('gives up who is not there when it closes, and counts what was lost', async () => {
    await using proxy = await openFaultProxy({ target: { port: server.graphitePort } })
    await proxy.set('refuse')
    await using health = createHealth({ checks: { disk: () => healthy() } })
    const exporter = createGraphiteExporter(health, { port: proxy.port, timeout: '200ms', logger: quiet })
    await health.report()
    await exporter.close()
    expect(exporter.figures).toMatchObject({ sent: 0, queued: 0 })
    expect(exporter.figures.dropped).toBeGreaterThan(3)
  })
})
