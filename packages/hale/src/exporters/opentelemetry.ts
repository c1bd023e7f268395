import type { Run, Transition } from '../core/health.ts'
import { isFunction, isObject, optional, type Rule, type Rules } from '../core/rules.ts'
import { severity, type Status } from '../core/status.ts'
import { refuseMisuse } from './support/options.ts'
import { METRICS, TRANSITION_EVENT } from './support/signal.ts'
import { clip, type ExportedHealth } from './support/watch-health.ts'

type Attributes = Record<string, string | number>

/** An instrument, which only its own meter looks into. */
type Observable = object

interface BatchObserver {
  observe(instrument: Observable, value: number, attributes?: Attributes): void
}

type BatchCallback = (observer: BatchObserver) => void

interface InstrumentOptions {
  description?: string
  unit?: string
}

interface HistogramOptions extends InstrumentOptions {
  advice?: { explicitBucketBoundaries?: number[] }
}

/** What is needed of a `Meter` of `@opentelemetry/api`. */
export interface MeterLike {
  createObservableGauge(name: string, options?: InstrumentOptions): Observable
  createHistogram(name: string, options?: HistogramOptions): { record(value: number, attributes?: Attributes): void }
  createCounter(name: string, options?: InstrumentOptions): { add(value: number, attributes?: Attributes): void }
  addBatchObservableCallback(callback: BatchCallback, instruments: Observable[]): void
  removeBatchObservableCallback(callback: BatchCallback, instruments: Observable[]): void
}

/** What is needed of a `Tracer` of `@opentelemetry/api`. */
export interface TracerLike {
  startSpan(
    name: string,
    options?: { kind?: number; startTime?: number; attributes?: Attributes; root?: boolean },
  ): SpanLike
}

interface SpanLike {
  setStatus(status: { code: number; message?: string }): unknown
  end(endTime?: number): void
}

/** What is needed of a `Logger` of OpenTelemetry's logs API. */
export interface LoggerLike {
  emit(record: {
    eventName?: string
    timestamp?: number
    severityNumber?: number
    severityText?: string
    body?: string
    attributes?: Attributes
  }): void
}

export interface OpenTelemetryOptions {
  /** `metrics.getMeter('hale')`: gauges, a histogram of the duration of runs, a counter of transitions. Default: no metrics. */
  readonly meter?: MeterLike
  /** `logs.getLogger('hale')`: an event `hale.check.transition` for each transition. Default: no logs. */
  readonly logger?: LoggerLike
  /** `trace.getTracer('hale')`: a span for each run, each a trace of its own. Default: no traces. */
  readonly tracer?: TracerLike
}

export interface OpenTelemetryExporter extends Disposable {
  /** Takes everything off again. What the SDK still holds is the SDK's to flush. */
  close(): void
}

const RULES: Rules<OpenTelemetryOptions> = {
  meter: (meter, { logger, tracer }) =>
    !meter && !logger && !tracer
      ? 'give a meter, a logger or a tracer, such as metrics.getMeter("hale")'
      : whatHas('createObservableGauge')(meter, {}),
  logger: whatHas('emit'),
  tracer: whatHas('startSpan'),
}

function whatHas(method: string): Rule {
  return optional(`an object with a method ${method}`, (it) => isObject(it) && isFunction(it[method]))
}

/**
 * Tells OpenTelemetry by what it is given of `@opentelemetry/api`, of which it imports nothing. Batching, retries and bounds are
 * the SDK's. Gauges are read when the SDK collects, and no check is asked then (E11).
 *
 * Attributes: `hale.check.name`, `hale.check.kind`, `hale.status`, `hale.previous_status`, and `hale.code` where there is a
 * code; it is the `error.type` too of what failed, which a degraded check did not. None is the namespace of another.
 *
 * @throws {HealthSetupError} when it is given neither a meter, a logger nor a tracer.
 * @see https://opentelemetry.io/docs/specs/semconv/general/metrics/
 * @see https://opentelemetry.io/docs/specs/semconv/general/naming/
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/
 */
export function createOpenTelemetryExporter(
  health: ExportedHealth,
  options: OpenTelemetryOptions,
): OpenTelemetryExporter {
  refuseMisuse('opentelemetry', options, RULES)
  const { logger, meter, tracer } = options
  const takeOff = [
    ...(meter === undefined ? [] : tellMeter(health, meter)),
    ...(logger === undefined ? [] : [health.on('transition', (transition) => logger.emit(toRecord(transition)))]),
    ...(tracer === undefined ? [] : [health.on('run', (run) => tellTracer(tracer, run))]),
  ]
  const close = (): void => {
    for (const off of takeOff.splice(0)) off()
  }
  return { close, [Symbol.dispose]: close }
}

/**
 * Seconds. What SDKs do unless told is for milliseconds: whatever answers within five seconds would be in one bucket.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpserverrequestduration
 */
const BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/** Returns what takes it off again. */
function tellMeter(health: ExportedHealth, meter: MeterLike): (() => void)[] {
  const view = health.view('all')
  const gauge = ({ help: description, name, unit }: Metric): Observable =>
    meter.createObservableGauge(name, { description, unit })
  const whole = gauge(METRICS.severity)
  const bad = gauge(METRICS.checkSeverity)
  const age = gauge(METRICS.age)
  const failures = gauge(METRICS.failures)
  // One for all of them: with thousands of checks, one look at them and not four.
  const callback: BatchCallback = (observer) => {
    observer.observe(whole, severity(view.report({ lines: false }).status))
    for (const [name, { ageMs, consecutiveFailures, status }] of view.lines()) {
      const attributes = { 'hale.check.name': name }
      observer.observe(bad, severity(status), attributes)
      if (ageMs !== undefined) observer.observe(age, ageMs / 1_000, attributes)
      if (consecutiveFailures !== undefined) observer.observe(failures, consecutiveFailures, attributes)
    }
  }
  const instruments = [whole, bad, age, failures]
  meter.addBatchObservableCallback(callback, instruments)

  const { duration, transitions } = METRICS
  const histogram = meter.createHistogram(duration.name, {
    description: duration.help,
    unit: duration.unit,
    advice: { explicitBucketBoundaries: [...BUCKETS] },
  })
  const counter = meter.createCounter(transitions.name, { description: transitions.help, unit: transitions.unit })
  return [
    () => meter.removeBatchObservableCallback(callback, instruments),
    health.on('run', (run) => histogram.record(run.durationMs / 1_000, attributesOf(run))),
    health.on('transition', ({ check, from, to }) =>
      counter.add(1, { 'hale.check.name': check, 'hale.status': to, 'hale.previous_status': from }),
    ),
  ]
}

type Metric = (typeof METRICS)[keyof typeof METRICS]

function attributesOf({ check, kind, result: { code, status } }: Run): Attributes {
  return { 'hale.check.name': check, 'hale.check.kind': kind, 'hale.status': status, ...codeOf(code, status) }
}

/** What ended well is not to have an `error.type`: one that is degraded answered, and works. */
function codeOf(code: string | undefined, status: Status): Attributes {
  if (code === undefined) return {}
  return { 'hale.code': code, ...(hasFailed(status) ? { 'error.type': code } : {}) }
}

function hasFailed(status: Status): boolean {
  return severity(status) >= severity('unknown')
}

/** `SpanKind.INTERNAL` and `SpanStatusCode.ERROR` of the API, of which nothing is imported. */
const INTERNAL = 0
const ERROR = 2

function tellTracer(tracer: TracerLike, run: Run): void {
  const { at, check, durationMs, result } = run
  const span = tracer.startSpan(`check ${check}`, {
    kind: INTERNAL,
    // Told from inside whatever timer or request led here, to which it does not belong.
    root: true,
    startTime: at - durationMs,
    attributes: attributesOf(run),
  })
  if (hasFailed(result.status)) span.setStatus({ code: ERROR, message: clip(result.message ?? '') })
  span.end(at)
}

/** By how bad the new status is. @see https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
const LOG_SEVERITIES = [
  [9, 'INFO'],
  [13, 'WARN'],
  [13, 'WARN'],
  [17, 'ERROR'],
] as const

function toRecord({ at, check, from, reason, result, to }: Transition): Parameters<LoggerLike['emit']>[0] {
  const [severityNumber, severityText] = LOG_SEVERITIES[severity(to)] ?? LOG_SEVERITIES[0]
  return {
    eventName: TRANSITION_EVENT,
    timestamp: at,
    severityNumber,
    severityText,
    body: `Check ${check} is ${to}, it was ${from}: ${clip(result.message ?? reason)}`,
    attributes: {
      'hale.check.name': check,
      'hale.status': to,
      'hale.previous_status': from,
      ...codeOf(result.code, to),
    },
  }
}
