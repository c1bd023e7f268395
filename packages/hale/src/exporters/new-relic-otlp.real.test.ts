import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { AggregationTemporalityPreference, OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { expect, it } from 'vitest'
import { openIntake } from '../../../../test/harness/intake.ts'
import { logsOf, metricsOf, spansOf } from '../../../../test/harness/otlp.ts'
import { createHealth } from '../core/create-health.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { createOpenTelemetryExporter } from './opentelemetry.ts'

const KEY = 'eu01xx0123456789abcdef0123456789abcdNRAL'

// What New Relic requires and recommends: https://docs.newrelic.com/docs/opentelemetry/best-practices/opentelemetry-otlp/;
// its limits: …/best-practices/opentelemetry-best-practices-attributes/.
const MOST_NAME = 255
const MOST_VALUE = 4_095

it('New Relic over OTLP: its header, delta temporality, names and values within its limits', async () => {
  await using intake = await openIntake()
  const headers = { 'api-key': KEY }
  const resource = resourceFromAttributes({ 'service.name': 'orders' })
  const temporalityPreference = AggregationTemporalityPreference.DELTA
  const metrics = new OTLPMetricExporter({ url: `${intake.url}/v1/metrics`, headers, temporalityPreference })
  const meters = new MeterProvider({
    resource,
    readers: [new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 3_600_000 })],
  })
  const logs = new OTLPLogExporter({ url: `${intake.url}/v1/logs`, headers })
  const loggers = new LoggerProvider({ resource, processors: [new SimpleLogRecordProcessor({ exporter: logs })] })
  const traces = new OTLPTraceExporter({ url: `${intake.url}/v1/traces`, headers })
  const tracers = new TracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor({ exporter: traces })] })

  const message = 'the dependency says '.repeat(1_000)
  const db = scriptedCheck(['healthy', { status: 'unhealthy', code: 'AUTH_FAILED', message }])
  const clock = createFakeClock()
  await using health = createHealth({ clock, random: () => 0, checks: { db: { check: db, every: '1m' } } })
  using _told = createOpenTelemetryExporter(health, {
    meter: meters.getMeter('hale'),
    logger: loggers.getLogger('hale'),
    tracer: tracers.getTracer('hale'),
  })
  await clock.advance('30s')
  await meters.forceFlush()
  intake.taken.length = 0
  await clock.advance('1m')
  await Promise.all([meters.forceFlush(), loggers.forceFlush(), tracers.forceFlush()])
  await expect.poll(() => spansOf(intake).length * logsOf(intake).length, { timeout: 20_000 }).toBeGreaterThan(0)

  for (const taken of intake.taken) expect(taken.headers).toMatchObject({ 'api-key': KEY })
  // Of two runs and two transitions the second alone: what was told before is not told again.
  const byName = new Map(metricsOf(intake).map((each) => [each.name, each]))
  expect(byName.get('hale.check.duration')?.histogram).toMatchObject({
    aggregationTemporality: 1,
    dataPoints: [{ count: 1, attributes: { 'hale.status': 'unhealthy' } }],
  })
  expect(byName.get('hale.check.transitions')?.sum).toMatchObject({
    aggregationTemporality: 1,
    dataPoints: [{ asDouble: 1, attributes: { 'hale.previous_status': 'healthy' } }],
  })

  const attributes = [
    ...[...byName.values()].flatMap(({ gauge, histogram, sum }) => [
      ...(gauge?.dataPoints ?? []),
      ...(histogram?.dataPoints ?? []),
      ...(sum?.dataPoints ?? []),
    ]),
    ...logsOf(intake),
    ...spansOf(intake),
  ].flatMap((each) => Object.entries(each.attributes))
  expect(attributes.length).toBeGreaterThan(8)
  const names = attributes.map(([name]) => name)
  expect(names.filter((name) => name.length > MOST_NAME || !/^[a-z][a-z_.]*[a-z]$/.test(name))).toEqual([])
  // No name is the namespace of another: https://opentelemetry.io/docs/specs/semconv/general/naming/.
  expect(names.filter((name) => names.some((other) => other.startsWith(`${name}.`)))).toEqual([])
  expect(attributes.filter(([, value]) => String(value).length > MOST_VALUE)).toEqual([])
  expect(logsOf(intake).every(({ body }) => body.stringValue.length <= MOST_VALUE)).toBe(true)
  await Promise.all([meters.shutdown(), loggers.shutdown(), tracers.shutdown()])
})
