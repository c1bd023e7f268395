import { telemetry } from '@newrelic/telemetry-sdk'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { openIntake } from '../../../../test/harness/intake.ts'
import { createHealth } from '../core/create-health.ts'
import type { Health } from '../core/health.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { createNewRelicExporter, type NewRelicOptions } from './new-relic.ts'
import type { Exporter } from './support/push-exporter.ts'

const KEY = 'eu01xx0123456789abcdef0123456789abcdNRAL'
const quiet = { error: (): void => undefined }

// https://docs.newrelic.com/docs/data-apis/ingest-apis/metric-api/report-metrics-metric-api/ and its limits;
// https://docs.newrelic.com/docs/data-apis/ingest-apis/event-api/introduction-event-api/: flat, texts and numbers only.
const attributes = z.record(z.string().regex(/^[\w.:]{1,255}$/), z.string().max(4_096))
const common = { name: z.string().max(255), timestamp: z.number().min(1.7e12).max(4e12), attributes }
const METRICS = z
  .array(
    z.strictObject({
      common: z.strictObject({ attributes }),
      metrics: z.array(
        z.discriminatedUnion('type', [
          z.strictObject({ ...common, attributes: attributes.optional(), type: z.literal('gauge'), value: z.number() }),
          z.strictObject({
            ...common,
            type: z.literal('summary'),
            value: z.strictObject({ count: z.int().min(1), sum: z.number(), min: z.number(), max: z.number() }),
            'interval.ms': z.int().min(1),
          }),
        ]),
      ),
    }),
  )
  .length(1)
const EVENTS = z.array(
  z
    .looseObject({ eventType: z.literal('HaleTransition'), timestamp: z.int() })
    .catchall(z.union([z.string().max(4_096), z.number()])),
)

function setUp(options: Partial<NewRelicOptions>): { health: Health; exporter: Exporter } {
  const health: Health = createHealth({ checks: { db: scriptedCheck(['unhealthy']) } })
  const given = { licenseKey: KEY, accountId: 42, attributes: { 'service.name': 'orders' }, logger: quiet, ...options }
  return { health, exporter: createNewRelicExporter(health, given) }
}

describe('the New Relic exporter', () => {
  it('sends what the Metric API and the Event API ask for', async () => {
    await using intake = await openIntake()
    const { exporter, health } = setUp({ endpoint: intake.url })
    await health.report()
    await exporter.close()
    await health.close()
    expect(exporter.figures).toMatchObject({ dropped: 0, queued: 0 })
    expect(intake.taken.map(({ path }) => path).toSorted()).toEqual(['/metric/v1', '/v1/accounts/42/events'])
    for (const { body, headers, path } of intake.taken) {
      expect(headers).toMatchObject({ 'api-key': KEY, 'content-encoding': 'gzip' })
      expect((path === '/metric/v1' ? METRICS : EVENTS).safeParse(body).error).toBeUndefined()
    }
    const bodyOf = (path: string): unknown => intake.taken.find((each) => each.path === path)?.body
    expect(bodyOf('/metric/v1')).toMatchObject([
      {
        common: { attributes: { 'service.name': 'orders' } },
        metrics: expect.arrayContaining([
          expect.objectContaining({ name: 'hale.check.severity', value: 3, attributes: { check: 'db' } }),
          expect.objectContaining({ name: 'hale.check.duration', type: 'summary' }),
          expect.objectContaining({ name: 'hale.exporter.dropped', value: 0 }),
        ]),
      },
    ])
    expect(bodyOf('/v1/accounts/42/events')).toMatchObject([
      { check: 'db', fromStatus: 'unknown', toStatus: 'unhealthy', code: 'SCRIPTED', 'service.name': 'orders' },
    ])
  })

  it("sends what New Relic's own SDK sends of the same", async () => {
    await using intake = await openIntake()
    const clock = createFakeClock()
    const health = createHealth({ clock, checks: { db: { check: scriptedCheck(['unhealthy']), jitter: 0 } } })
    const common = { 'service.name': 'orders' }
    const options = { licenseKey: KEY, accountId: 42, attributes: common, endpoint: intake.url, logger: quiet }
    const exporter = createNewRelicExporter(health, options)
    await clock.advance(0)
    const at = clock.wall()
    await exporter.close()
    await health.close()

    const { EventBatch, Event } = telemetry.events
    const { GaugeMetric, MetricBatch, SummaryMetric } = telemetry.metrics
    const of = { check: 'db' }
    const batch = new MetricBatch(common, undefined, undefined, [
      new GaugeMetric('hale.check.severity', 3, of, at),
      new GaugeMetric('hale.check.age', 0, of, at),
      new GaugeMetric('hale.check.consecutive_failures', 1, of, at),
      new GaugeMetric('hale.severity', 1, {}, at),
      new GaugeMetric('hale.exporter.dropped', 0, {}, at),
      new SummaryMetric(
        'hale.check.duration',
        undefined,
        { ...of, kind: 'scripted', status: 'unhealthy' },
        at,
        1,
      ).record(0),
    ])
    const transition = { ...of, fromStatus: 'unknown', toStatus: 'unhealthy', reason: 'first result: unhealthy' }
    const failure = { code: 'SCRIPTED', message: 'The script says unhealthy.' }
    const events = new EventBatch(common, [new Event('HaleTransition', { ...transition, ...failure }, at)])
    const toJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
    const taken = Object.fromEntries(intake.taken.map(({ body, path }) => [path, body]))
    expect(taken['/metric/v1']).toEqual(toJson([batch]))
    expect(taken['/v1/accounts/42/events']).toEqual(toJson(events.flattenData()))
  })

  it('sends less at once when that was too much (413), and drops nothing', async () => {
    await using intake = await openIntake()
    const sizeOf = (body: unknown): number => METRICS.safeParse(body).data?.[0]?.metrics.length ?? 0
    intake.answer = ({ body }) => ({ status: sizeOf(body) > 3 ? 413 : 202 })
    const { exporter, health } = setUp({ endpoint: intake.url })
    await health.report()
    await exporter.close()
    await health.close()
    expect(intake.taken.length).toBeGreaterThan(2)
    expect(exporter.figures).toMatchObject({ dropped: 0, queued: 0 })
  })

  it('waits as Retry-After says (429), keeps all meanwhile, and drops what is refused for good (403)', async () => {
    await using intake = await openIntake()
    intake.answer = ({ path }) =>
      path === '/metric/v1' ? { status: 429, headers: { 'retry-after': '300' } } : { status: 403 }
    const error = vi.fn<(message: string, error: unknown) => void>()
    const { exporter, health } = setUp({ endpoint: intake.url, logger: { error } })
    await health.report()
    await exporter.flush()
    const log = error.mock.calls.map(([message, cause]) => `${message}: ${String(cause)}`).join('\n')
    expect(log).toMatch(/trying again in 300 s: Error: 127\.0\.0\.1:\d+ answered 429/)
    expect(log).toMatch(/dropped 1 item: Error: 127\.0\.0\.1:\d+ answered 403/)
    expect(log).not.toContain(KEY)
    expect(exporter.figures).toEqual({ sent: 0, dropped: 1, queued: 1 })
    intake.answer = () => ({ status: 202 })
    await exporter.close()
    await health.close()
    expect(exporter.figures).toMatchObject({ dropped: 1, queued: 0 })
  })

  it('refuses options that cannot work', () => {
    const wrong = {
      licenseKey: 'a b',
      accountId: 0,
      region: 'UK',
      attributes: { 'a b': '' },
    } as unknown as NewRelicOptions
    expect(() => createNewRelicExporter(createHealth(), wrong)).toThrow(
      /licenseKey: is not a key[^]*accountId: 0[^]*region: "UK"[^]*attributes: "a b"/,
    )
  })
})
