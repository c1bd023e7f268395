import { setTimeout as sleep } from 'node:timers/promises'
import type { Resource } from '@opentelemetry/resources'
import { parseDuration, type Duration, type Health, type Logger } from 'hale'
import type { OpenTelemetryOptions as Told } from 'hale/exporters/opentelemetry'
import type { RunningExporter } from './exporter-type.ts'

export interface OpenTelemetryOptions {
  /** Base of a collector's OTLP/HTTP addresses. Default: as the SDK finds it, `OTEL_EXPORTER_OTLP_ENDPOINT` or `http://localhost:4318`. */
  readonly endpoint?: string
  /** Sent with every request, such as a key. */
  readonly headers?: Readonly<Record<string, string>>
  /**
   * Of the resource. What is not in them is taken from `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`, and the name and
   * version of the service from what reports say.
   */
  readonly attributes?: Readonly<Record<string, string>>
  /** Default: metrics, and transitions as logs. */
  readonly signals?: readonly ('metrics' | 'logs' | 'traces')[]
  /** How often metrics are told. Default `10s`. */
  readonly every?: Duration
  readonly logger: Logger
}

/** The SDK, which a person installs beside Hale. */
export const OPENTELEMETRY_PACKAGES = [
  '@opentelemetry/resources',
  '@opentelemetry/sdk-metrics',
  '@opentelemetry/exporter-metrics-otlp-http',
  '@opentelemetry/sdk-logs',
  '@opentelemetry/exporter-logs-otlp-http',
  '@opentelemetry/sdk-trace',
  '@opentelemetry/exporter-trace-otlp-http',
] as const

/** A collector that does not answer holds the end of the process no longer than this. */
const CLOSE_WITHIN_MS = 5_000

/** Sets the SDK to work with what it needs and nothing global, and tells it of the health by `hale/exporters/opentelemetry`. */
export async function startOpenTelemetry(health: Health, options: OpenTelemetryOptions): Promise<RunningExporter> {
  const { attributes = {}, endpoint, every = '10s', headers = {}, logger, signals = ['metrics', 'logs'] } = options
  const resource = await resourceOf(health, attributes)
  const to = (signal: string): { headers: Record<string, string>; url?: string } => ({
    headers: { ...headers },
    ...(endpoint === undefined ? {} : { url: `${endpoint.replace(/\/$/, '')}/v1/${signal}` }),
  })
  const told = tellOnceOf(logger)
  const shutDowns: (() => Promise<void>)[] = []
  const parts: { -readonly [K in keyof Told]: Told[K] } = {}

  if (signals.includes('metrics')) {
    const { MeterProvider, PeriodicExportingMetricReader } = await import('@opentelemetry/sdk-metrics')
    const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-http')
    const exporter = told('metrics', new OTLPMetricExporter(to('metrics')))
    const exportIntervalMillis = parseDuration(every) ?? 10_000
    const exportTimeoutMillis = Math.min(exportIntervalMillis, 5_000)
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis, exportTimeoutMillis })
    const provider = new MeterProvider({ resource, readers: [reader] })
    parts.meter = provider.getMeter('hale')
    shutDowns.push(() => provider.shutdown())
  }
  if (signals.includes('logs')) {
    const { BatchLogRecordProcessor, LoggerProvider } = await import('@opentelemetry/sdk-logs')
    const { OTLPLogExporter } = await import('@opentelemetry/exporter-logs-otlp-http')
    const exporter = told('logs', new OTLPLogExporter(to('logs')))
    const provider = new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor({ exporter })] })
    parts.logger = provider.getLogger('hale')
    shutDowns.push(() => provider.shutdown())
  }
  if (signals.includes('traces')) {
    const { BatchSpanProcessor, TracerProvider } = await import('@opentelemetry/sdk-trace')
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http')
    const exporter = told('traces', new OTLPTraceExporter(to('traces')))
    const provider = new TracerProvider({ resource, spanProcessors: [new BatchSpanProcessor({ exporter })] })
    parts.tracer = provider.getTracer('hale')
    shutDowns.push(() => provider.shutdown())
  }
  const { createOpenTelemetryExporter } = await import('hale/exporters/opentelemetry')
  const exporter = createOpenTelemetryExporter(health, parts)
  return {
    async close() {
      // What is gathered last is read while the gauges are still there. A collector that is gone has been told of.
      const told = Promise.allSettled(shutDowns.map((shutDown) => shutDown()))
      await Promise.race([told, sleep(CLOSE_WITHIN_MS, undefined, { ref: false })])
      exporter.close()
    },
  }
}

/** Of each kind of source, what is told last holds. `service.name` is always there, as the conventions of OpenTelemetry ask. */
async function resourceOf(health: Health, attributes: Readonly<Record<string, string>>): Promise<Resource> {
  const { defaultResource, detectResources, envDetector, resourceFromAttributes } =
    await import('@opentelemetry/resources')
  const { service } = health.view('all').report({ lines: false })
  const version = service?.version === undefined ? {} : { 'service.version': service.version }
  const own = service === undefined ? {} : { 'service.name': service.name, ...version }
  return defaultResource()
    .merge(resourceFromAttributes(own))
    .merge(detectResources({ detectors: [envDetector] }))
    .merge(resourceFromAttributes({ ...attributes }))
}

/** What the SDK's exporters have in common. */
interface Sends<T> {
  export(items: T, done: (result: { code: number; error?: Error }) => void): void
}

/** The SDK tells its failures to nobody: of each signal, the log hears of the first in a row. */
function tellOnceOf(logger: Logger): <T, E extends Sends<T>>(signal: string, exporter: E & Sends<T>) => E {
  return (signal, exporter) => {
    const send = exporter.export.bind(exporter)
    let failing = false
    exporter.export = (items, done) =>
      send(items, (result) => {
        if (result.code !== 0 && !failing) logger.error(`opentelemetry: ${signal} cannot be told`, result.error)
        failing = result.code !== 0
        done(result)
      })
    return exporter
  }
}
