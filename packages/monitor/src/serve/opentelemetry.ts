import { parseDuration, type Duration, type Health, type Logger } from 'hale'
import type { OpenTelemetryOptions as Told } from 'hale/exporters/opentelemetry'
import type { RunningExporter } from './exporter-type.ts'

export interface OpenTelemetryOptions {
  /** Base of a collector's OTLP/HTTP addresses. Default: as the SDK finds it, `OTEL_EXPORTER_OTLP_ENDPOINT` or `http://localhost:4318`. */
  readonly endpoint?: string
  /** Sent with every request, such as a key. */
  readonly headers?: Readonly<Record<string, string>>
  /** Of the resource, such as `service.name`. */
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

/** Sets the SDK to work with what it needs and nothing global, and tells it of the health by `hale/exporters/opentelemetry`. */
export async function startOpenTelemetry(health: Health, options: OpenTelemetryOptions): Promise<RunningExporter> {
  const { attributes = {}, endpoint, every = '10s', headers = {}, logger, signals = ['metrics', 'logs'] } = options
  const { resourceFromAttributes } = await import('@opentelemetry/resources')
  const resource = resourceFromAttributes({ ...attributes })
  const to = (signal: string): { headers: Record<string, string>; url?: string } => ({
    headers: { ...headers },
    ...(endpoint === undefined ? {} : { url: `${endpoint.replace(/\/$/, '')}/v1/${signal}` }),
  })
  const told = tellOnce(logger)
  const shutDowns: (() => Promise<void>)[] = []
  const parts: { -readonly [K in keyof Told]: Told[K] } = {}

  if (signals.includes('metrics')) {
    const { MeterProvider, PeriodicExportingMetricReader } = await import('@opentelemetry/sdk-metrics')
    const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-http')
    const exporter = told(new OTLPMetricExporter(to('metrics')))
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
    const exporter = told(new OTLPLogExporter(to('logs')))
    const provider = new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor({ exporter })] })
    parts.logger = provider.getLogger('hale')
    shutDowns.push(() => provider.shutdown())
  }
  if (signals.includes('traces')) {
    const { BatchSpanProcessor, TracerProvider } = await import('@opentelemetry/sdk-trace')
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http')
    const exporter = told(new OTLPTraceExporter(to('traces')))
    const provider = new TracerProvider({ resource, spanProcessors: [new BatchSpanProcessor({ exporter })] })
    parts.tracer = provider.getTracer('hale')
    shutDowns.push(() => provider.shutdown())
  }
  const { createOpenTelemetryExporter } = await import('hale/exporters/opentelemetry')
  const exporter = createOpenTelemetryExporter(health, parts)
  return {
    async close() {
      // What is gathered last is read while the gauges are still there. A collector that is gone has been told of.
      await Promise.allSettled(shutDowns.map((shutDown) => shutDown()))
      exporter.close()
    },
  }
}

/** What the SDK's exporters have in common. */
interface Sends<T> {
  export(items: T, done: (result: { code: number; error?: Error }) => void): void
}

/** The SDK tells its failures to nobody: the log hears of the first in a row. */
function tellOnce(logger: Logger): <T, E extends Sends<T>>(exporter: E & Sends<T>) => E {
  let failing = false
  return (exporter) => {
    const send = exporter.export.bind(exporter)
    exporter.export = (items, done) =>
      send(items, (result) => {
        if (result.code !== 0 && !failing) logger.error('opentelemetry: cannot be told', result.error)
        failing = result.code !== 0
        done(result)
      })
    return exporter
  }
}
