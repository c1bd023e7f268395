import { z } from 'zod'
import type { IntakeServer } from './intake.ts'

// OTLP/HTTP with JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding, opentelemetry-proto v1.
const value = z.union([
  z.strictObject({ stringValue: z.string() }),
  z.strictObject({ intValue: z.union([z.int(), z.string()]) }),
  z.strictObject({ doubleValue: z.number() }),
])
const attributes = z
  .array(z.strictObject({ key: z.string(), value }))
  .transform((pairs) => Object.fromEntries(pairs.map((pair) => [pair.key, Object.values(pair.value)[0]])))
const whole = z.union([z.string().regex(/^\d+$/), z.int()]).transform(Number)
const point = z.looseObject({ attributes: attributes.default({}), timeUnixNano: whole })
const numberPoint = point.extend({ asDouble: z.number() })
const histogramPoint = point.extend({
  count: whole,
  sum: z.number(),
  bucketCounts: z.array(whole),
  explicitBounds: z.array(z.number()),
})
/** 1 is delta, 2 cumulative. */
const temporality = { aggregationTemporality: z.union([z.literal(1), z.literal(2)]) }
const metric = z.looseObject({
  name: z.string(),
  unit: z.string(),
  description: z.string().min(1),
  gauge: z.strictObject({ dataPoints: z.array(numberPoint) }).optional(),
  sum: z.strictObject({ ...temporality, dataPoints: z.array(numberPoint), isMonotonic: z.literal(true) }).optional(),
  histogram: z.strictObject({ ...temporality, dataPoints: z.array(histogramPoint) }).optional(),
})
const log = z.looseObject({
  timeUnixNano: whole,
  severityNumber: z.int(),
  severityText: z.string(),
  eventName: z.string(),
  body: z.strictObject({ stringValue: z.string() }),
  attributes,
})
const span = z.looseObject({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  parentSpanId: z.undefined().optional(),
  name: z.string(),
  // INTERNAL, which the API calls 0: on the wire 0 is for none given.
  kind: z.literal(1),
  startTimeUnixNano: whole,
  endTimeUnixNano: whole,
  attributes,
  status: z.looseObject({ code: z.int(), message: z.string().optional() }),
})
const METRICS = z.strictObject({
  resourceMetrics: z.array(z.looseObject({ scopeMetrics: z.array(z.looseObject({ metrics: z.array(metric) })) })),
})
const LOGS = z.strictObject({
  resourceLogs: z.array(z.looseObject({ scopeLogs: z.array(z.looseObject({ logRecords: z.array(log) })) })),
})
const SPANS = z.strictObject({
  resourceSpans: z.array(z.looseObject({ scopeSpans: z.array(z.looseObject({ spans: z.array(span) })) })),
})

const bodiesOf = (intake: IntakeServer, path: string): unknown[] =>
  intake.taken.filter((each) => each.path === path).map(({ body }) => body)

/** Read strictly; throws at what OTLP does not know. */
export const metricsOf = (intake: IntakeServer): z.infer<typeof metric>[] =>
  bodiesOf(intake, '/v1/metrics')
    .flatMap((body) => METRICS.parse(body).resourceMetrics)
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap(({ metrics }) => metrics)

/** Read strictly; throws at what OTLP does not know. */
export const logsOf = (intake: IntakeServer): z.infer<typeof log>[] =>
  bodiesOf(intake, '/v1/logs')
    .flatMap((body) => LOGS.parse(body).resourceLogs)
    .flatMap(({ scopeLogs }) => scopeLogs)
    .flatMap(({ logRecords }) => logRecords)

/** Read strictly; throws at what OTLP does not know. */
export const spansOf = (intake: IntakeServer): z.infer<typeof span>[] =>
  bodiesOf(intake, '/v1/traces')
    .flatMap((body) => SPANS.parse(body).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans }) => spans)
