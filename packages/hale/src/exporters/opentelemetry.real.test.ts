import { SpanStatusCode } from '@opentelemetry/api'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { describe, expect, it } from 'vitest'
import { openIntake } from '../../../../test/harness/intake.ts'
import { logsOf, metricsOf, spansOf } from '../../../../test/harness/otlp.ts'
import { createHealth } from '../core/create-health.ts'
import type { Health } from '../core/health.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { createOpenTelemetryExporter } from './opentelemetry.ts'
import { METRICS } from './support/signal.ts'

function failing(): Health {
  const message = 'redis://:hunter2@cache said no'
  return createHealth({ checks: { db: scriptedCheck([{ status: 'unhealthy', code: 'AUTH_FAILED', message }]) } })
}

describe('the OpenTelemetry exporter, with the real SDK and an OTLP/HTTP receiver', () => {
  it('tells of gauges, a histogram in seconds and a counter by a meter', async () => {
    await using intake = await openIntake()
    const exporter = new OTLPMetricExporter({ url: `${intake.url}/v1/metrics` })
    const provider = new MeterProvider({
      resource: resourceFromAttributes({ 'service.name': 'orders' }),
      readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
    })
    await using health = failing()
    const told = createOpenTelemetryExporter(health, { meter: provider.getMeter('hale') })
    await health.report()
    await provider.forceFlush()

    const byName = new Map(metricsOf(intake).map((each) => [each.name, each]))
    const name = { 'hale.check.name': 'db' }
    expect(byName.get('hale.severity')?.gauge?.dataPoints).toMatchObject([{ asDouble: 1, attributes: {} }])
    expect(byName.get('hale.check.severity')).toMatchObject({
      unit: '1',
      gauge: { dataPoints: [{ asDouble: 3, attributes: name }] },
    })
    expect(byName.get('hale.check.age')).toMatchObject({ unit: 's', gauge: { dataPoints: [{ attributes: name }] } })
    expect(byName.get('hale.check.consecutive_failures')?.gauge?.dataPoints).toMatchObject([{ asDouble: 1 }])
    const code = { 'hale.code': 'AUTH_FAILED', 'error.type': 'AUTH_FAILED' }
    const failed = { ...name, 'hale.check.kind': 'scripted', 'hale.status': 'unhealthy', ...code }
    expect(byName.get('hale.check.duration')).toMatchObject({
      unit: 's',
      histogram: { dataPoints: [{ count: 1, attributes: failed }] },
    })
    // The SDK's own bounds are for milliseconds: the first bucket ends at 5, which is seconds here.
    const explicitBounds = byName.get('hale.check.duration')?.histogram?.dataPoints[0]?.explicitBounds ?? []
    expect(explicitBounds.filter((bound) => bound > 0 && bound < 1).length).toBeGreaterThan(5)
    expect(explicitBounds.at(-1)).toBe(10)
    const turned = { ...name, 'hale.status': 'unhealthy', 'hale.previous_status': 'unknown' }
    expect(byName.get('hale.check.transitions')).toMatchObject({
      unit: '{transition}',
      sum: { aggregationTemporality: 2, dataPoints: [{ asDouble: 1, attributes: turned }] },
    })

    told.close()
    intake.taken.length = 0
    await provider.forceFlush()
    // The SDK repeats what it was told last; nobody tells it anything newer.
    expect(metricsOf(intake).find((each) => each.name === 'hale.check.age')?.gauge?.dataPoints[0]?.asDouble).toBe(
      byName.get('hale.check.age')?.gauge?.dataPoints[0]?.asDouble,
    )
    await provider.shutdown()
  })

  it('says by its code why a check is degraded, which is no error', async () => {
    await using intake = await openIntake()
    const exporter = new OTLPMetricExporter({ url: `${intake.url}/v1/metrics` })
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
    const provider = new MeterProvider({ readers: [reader] })
    const db = scriptedCheck([{ status: 'degraded', code: 'SLOW', message: 'It took 2 s.' }])
    await using health = createHealth({ checks: { db } })
    using _ = createOpenTelemetryExporter(health, { meter: provider.getMeter('hale') })
    await health.report()
    await provider.forceFlush()
    const runs = metricsOf(intake).find(({ name }) => name === 'hale.check.duration')?.histogram?.dataPoints
    expect(runs?.map(({ attributes }) => attributes)).toEqual([
      { 'hale.check.name': 'db', 'hale.check.kind': 'scripted', 'hale.status': 'degraded', 'hale.code': 'SLOW' },
    ])
    await provider.shutdown()
  })

  it('looks at a thousand checks once a collection, and asks none (E11)', async () => {
    await using intake = await openIntake()
    const reader = new PeriodicExportingMetricReader({
      exporter: new OTLPMetricExporter({ url: `${intake.url}/v1/metrics` }),
      exportIntervalMillis: 3_600_000,
    })
    const provider = new MeterProvider({ readers: [reader] })
    const checks = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`c${i}`, scriptedCheck(['healthy'])]))
    await using health = createHealth({ mode: 'on-request', checks })
    let looks = 0
    const view: Health['view'] = (selection) => {
      const of = health.view(selection)
      return { ...of, lines: () => (looks++, of.lines()) }
    }
    const registry = { clock: health.clock, on: health.on.bind(health), view }
    using told = createOpenTelemetryExporter(registry, { meter: provider.getMeter('hale') })
    await provider.forceFlush()
    expect(looks).toBe(1)
    const points = metricsOf(intake).map(({ gauge, name }) => [name, gauge?.dataPoints.length])
    expect(points).toEqual([
      ['hale.severity', 1],
      ['hale.check.severity', 1_000],
      ['hale.check.consecutive_failures', 1_000],
    ])
    expect(Object.values(checks).every(({ runs }) => runs === 0)).toBe(true)
    told.close()
    await provider.shutdown()
  })

  it('counts anew after a restart, from a start of its own, as cumulative sums must', async () => {
    await using intake = await openIntake()
    const starts: number[] = []
    for (let start = 0; start < 2; start++) {
      intake.taken.length = 0
      const exporter = new OTLPMetricExporter({ url: `${intake.url}/v1/metrics` })
      const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
      const provider = new MeterProvider({ readers: [reader] })
      await using health = failing()
      using told = createOpenTelemetryExporter(health, { meter: provider.getMeter('hale') })
      await health.report()
      await provider.forceFlush()
      const transitions = metricsOf(intake).find(({ name }) => name === 'hale.check.transitions')?.sum
      expect(transitions).toMatchObject({ aggregationTemporality: 2, dataPoints: [{ asDouble: 1 }] })
      starts.push(Number(transitions?.dataPoints[0]?.['startTimeUnixNano']))
      told.close()
      await provider.shutdown()
    }
    expect(starts[1]).toBeGreaterThan(starts[0] ?? Infinity)
  })

  it('has units of UCUM, and names of which none is the namespace of another', () => {
    const names = Object.values(METRICS).map(({ name }) => name)
    const keys = [
      'hale.check.name',
      'hale.check.kind',
      'hale.status',
      'hale.previous_status',
      'hale.code',
      'error.type',
    ]
    for (const { unit } of Object.values(METRICS)) expect(unit).toMatch(/^(?:1|s|\{[a-z]+\})$/)
    for (const all of [names, keys]) {
      expect(all.filter((one) => all.some((other) => other.startsWith(`${one}.`)))).toEqual([])
      for (const name of all) expect(name).toMatch(/^[a-z]+(?:[._][a-z]+)+$/)
    }
  })

  it('tells of each transition as an event, and of each run as a span of its own trace', async () => {
    await using intake = await openIntake()
    const loggers = new LoggerProvider({
      processors: [new SimpleLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${intake.url}/v1/logs` }) })],
    })
    const tracers = new TracerProvider({
      spanProcessors: [
        new SimpleSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${intake.url}/v1/traces` }) }),
      ],
    })
    await using health = failing()
    const logger = loggers.getLogger('hale')
    const exporter = createOpenTelemetryExporter(health, { logger, tracer: tracers.getTracer('hale') })
    await health.report()
    await loggers.forceFlush()
    await tracers.forceFlush()

    const code = { 'hale.code': 'AUTH_FAILED', 'error.type': 'AUTH_FAILED' }
    const about = { 'hale.check.name': 'db', 'hale.status': 'unhealthy', ...code }
    await expect.poll(() => spansOf(intake).length + logsOf(intake).length, { timeout: 20_000 }).toBe(2)
    expect(logsOf(intake)).toMatchObject([
      {
        eventName: 'hale.check.transition',
        severityNumber: 17,
        severityText: 'ERROR',
        body: { stringValue: 'Check db is unhealthy, it was unknown: redis://***@cache said no' },
        attributes: { ...about, 'hale.previous_status': 'unknown' },
      },
    ])
    const spans = spansOf(intake)
    expect(spans).toMatchObject([
      {
        name: 'check db',
        status: { code: SpanStatusCode.ERROR, message: 'redis://***@cache said no' },
        attributes: { ...about, 'hale.check.kind': 'scripted' },
      },
    ])
    expect(spans[0]?.endTimeUnixNano).toBeGreaterThanOrEqual(spans[0]?.startTimeUnixNano ?? Infinity)
    expect(JSON.stringify(intake.taken)).not.toContain('hunter2')
    exporter.close()
    await loggers.shutdown()
    await tracers.shutdown()
  })

  it('refuses to be given nothing', () => {
    expect(() => createOpenTelemetryExporter(createHealth(), {})).toThrow(/give a meter, a logger or a tracer/)
  })
})
