import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { openIntake, type Intake, type IntakeServer } from '../../../../test/harness/intake.ts'
import { startVictoriaMetrics } from '../../../../test/harness/victoria-metrics.ts'
import { createHealth } from '../core/create-health.ts'
import type { Health } from '../core/health.ts'
import { healthy } from '../core/result.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { createDatadogExporter, type DatadogOptions } from './datadog.ts'
import type { Exporter } from './support/push-exporter.ts'

const KEY = '0123456789abcdef0123456789abcdef'
const quiet = { error: (): void => undefined }

// Of the vendor's reference, field by field: https://docs.datadoghq.com/api/latest/metrics/submit-metrics/,
// …/metrics/submit-distribution-points/, …/service-checks/submit-a-service-check/, …/events/post-an-event/.
const tag = z.string().regex(/^[a-z][\w./-]*:[^\s,|]+$/i)
const posix = z.int().min(1_700_000_000).max(4_000_000_000)
const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  '/api/v2/series': z.strictObject({
    series: z.array(
      z.strictObject({
        metric: z.string().regex(/^[a-z][\w.]{0,199}$/i),
        type: z.literal(3),
        points: z.array(z.strictObject({ timestamp: posix, value: z.number() })).min(1),
        resources: z.array(z.strictObject({ type: z.literal('host'), name: z.string().min(1) })),
        tags: z.array(tag),
      }),
    ),
  }),
  '/api/v1/distribution_points': z.strictObject({
    series: z.array(
      z.strictObject({
        metric: z.string(),
        type: z.literal('distribution'),
        points: z.array(z.tuple([posix, z.array(z.number()).min(1)])).min(1),
        host: z.string().min(1),
        tags: z.array(tag),
      }),
    ),
  }),
  '/api/v1/check_run': z.array(
    z.strictObject({
      check: z.string(),
      host_name: z.string().min(1),
      status: z.int().min(0).max(3),
      timestamp: posix,
      tags: z.array(tag),
      message: z.string().max(500).optional(),
    }),
  ),
  '/api/v1/events': z.strictObject({
    title: z.string().min(1).max(100),
    text: z.string().max(4_000),
    date_happened: posix,
    alert_type: z.enum(['error', 'warning', 'success', 'info']),
    aggregation_key: z.string().max(100),
    host: z.string(),
    tags: z.array(tag),
  }),
}

function withFailingCheck(options: Partial<DatadogOptions>): { health: Health; exporter: Exporter } {
  const health: Health = createHealth({ checks: { disk: () => healthy() } })
  const exporter = createDatadogExporter(health, {
    apiKey: KEY,
    host: 'web-1',
    tags: { env: 'prod' },
    logger: quiet,
    ...options,
  })
  health.register('db', scriptedCheck(['unhealthy']))
  return { health, exporter }
}

const pathsOf = (intake: IntakeServer): string[] => intake.taken.map(({ path }) => path)

describe('the Datadog exporter', () => {
  it('sends what the reference asks for, to four endpoints, over kept connections', async () => {
    await using intake = await openIntake()
    const { exporter, health } = withFailingCheck({ endpoint: intake.url })
    await health.report()
    await exporter.flush()
    await exporter.close()
    await health.close()
    expect(exporter.figures).toMatchObject({ dropped: 0, queued: 0 })
    expect(new Set(pathsOf(intake))).toEqual(new Set(Object.keys(SCHEMAS)))
    for (const { body, headers, path } of intake.taken) {
      expect(headers['dd-api-key']).toBe(KEY)
      expect(SCHEMAS[path]?.safeParse(body).error).toBeUndefined()
    }
    const bodyOf = (path: string): unknown => intake.taken.findLast((each: Intake) => each.path === path)?.body
    expect(bodyOf('/api/v2/series')).toMatchObject({
      series: expect.arrayContaining([
        expect.objectContaining({ metric: 'hale.check.severity', tags: ['check:db', 'env:prod'] }),
        expect.objectContaining({ metric: 'hale.exporter.dropped', tags: ['env:prod'] }),
      ]),
    })
    expect(bodyOf('/api/v1/check_run')).toContainEqual({
      check: 'hale.check.status',
      host_name: 'web-1',
      status: 2,
      timestamp: expect.any(Number),
      tags: ['check:db', 'env:prod'],
      message: 'The script says unhealthy.',
    })
    expect(intake.taken.filter(({ path }) => path === '/api/v1/events').map(({ body }) => body)).toContainEqual(
      expect.objectContaining({ title: 'Check db is unhealthy', alert_type: 'error', aggregation_key: 'hale.db' }),
    )
    expect(intake.connections).toBeLessThanOrEqual(4)
  })

  it('is taken by VictoriaMetrics as Datadog series', async () => {
    await using server = await startVictoriaMetrics()
    const { exporter, health } = withFailingCheck({ endpoint: `${server.url}/datadog/`, series: 'v1' })
    await health.report()
    await exporter.close()
    await health.close()
    const values = async (): Promise<unknown> =>
      (await server.samples('{__name__=~"hale.*"}')).map(({ metric, values }) => [
        metric['__name__'],
        metric['check'],
        values.at(-1),
      ])
    await expect.poll(values, { timeout: 20_000 }).toEqual(
      expect.arrayContaining([
        ['hale.check.severity', 'db', 3],
        ['hale.check.severity', 'disk', 0],
        ['hale.severity', undefined, 1],
      ]),
    )
  })

  it.each([
    ['500', { status: 500 }],
    ['429', { status: 429, headers: { 'retry-after': '120' } }],
    ['garbage', 'garbage'],
    ['no answer', 'hang'],
  ] as const)('keeps everything through %s, and sends it afterwards', async (_what, answer) => {
    await using intake = await openIntake()
    intake.answer = () => answer
    const { exporter, health } = withFailingCheck({ endpoint: intake.url, timeout: '300ms' })
    await health.report()
    await exporter.flush()
    expect(exporter.figures).toMatchObject({ sent: 0, dropped: 0 })
    intake.answer = () => ({ status: 202 })
    // Of 300 ms a busy machine may need more.
    const afterFlush = async () => {
      await exporter.flush()
      return exporter.figures
    }
    await expect.poll(afterFlush).toMatchObject({ dropped: 0, queued: 0 })
    expect(exporter.figures.sent).toBeGreaterThan(2)
    await exporter.close()
    await health.close()
  })

  it('drops and says so when the key is refused, and never names the key', async () => {
    await using intake = await openIntake()
    intake.answer = () => ({ status: 403 })
    const error = vi.fn<(message: string, error: unknown) => void>()
    const { exporter, health } = withFailingCheck({ endpoint: intake.url, logger: { error } })
    await health.report()
    await exporter.close()
    await health.close()
    expect(exporter.figures).toMatchObject({ sent: 0, queued: 0 })
    expect(exporter.figures.dropped).toBeGreaterThan(5)
    const log = error.mock.calls.map(([message, cause]) => `${message} ${String(cause)}`).join('\n')
    expect(log).toMatch(/answered 403: the key is not valid there/)
    expect(log).not.toContain(KEY)
  })

  it('refuses options that cannot work', () => {
    const health = createHealth()
    const wrong = {
      apiKey: '',
      site: 'example.com',
      endpoint: 'ftp://x',
      tags: { env: 'a,b' },
    } as unknown as DatadogOptions
    expect(() => createDatadogExporter(health, wrong)).toThrow(/apiKey: is not a key[^]*site: [^]*endpoint: [^]*tags: /)
  })
})
