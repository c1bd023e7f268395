import { z } from 'zod'

/** Shapes of `/api/v1`. Times are wall milliseconds since 1970 UTC; durations are milliseconds. */

export const status = z.enum(['healthy', 'degraded', 'unhealthy', 'unknown', 'maintenance', 'skipped'])
export type ApiStatus = z.infer<typeof status>

/** What sort of thing a target is. Each kind has one prober in the monitor's `probes/`. */
export const targetKind = z.enum(['health', 'http', 'tcp'])
export type TargetKind = z.infer<typeof targetKind>

/** How many observations a heartbeat bar shows. */
export const BEATS = 60

/** One observation for a heartbeat bar: `[at, status, duration or null]`; a tuple, because pages carry thousands. */
export const beat = z.tuple([z.number(), status, z.number().nullable()])
export type Beat = z.infer<typeof beat>

/** Milliseconds spent in each state of a range. `up` is a share of what was observed; `coverage` is the observed share of the range (M7). */
export const uptime = z.object({
  from: z.number(),
  to: z.number(),
  up: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe('(healthy + degraded) / (healthy + degraded + down); null when nothing was observed'),
  coverage: z.number().min(0).max(1),
  healthyMs: z.number(),
  degradedMs: z.number(),
  downMs: z.number().describe('unhealthy or unknown, observed'),
  maintenanceMs: z.number(),
  unobservedMs: z.number(),
  observedFrom: z
    .number()
    .nullable()
    .describe('when the first observation in the range began; null when there is none'),
})
export type Uptime = z.infer<typeof uptime>

export const observed = z.object({ value: z.union([z.number(), z.string(), z.boolean()]), unit: z.string().optional() })

const believed = {
  status,
  since: z.number().describe('when the status became what it is'),
  code: z.string().nullable(),
  message: z.string().nullable(),
  reason: z.string().describe('which gate decided the status, in words (M5)'),
  observed: observed.nullable(),
  checkedAt: z.number().nullable(),
  durationMs: z.number().nullable(),
  consecutiveFailures: z.number(),
  uptime: uptime.describe('of the last 24 hours'),
  beats: z.array(beat).describe('the last observations, oldest first, at most 60: `BEATS`'),
}

/** What a target's summary says that moves with every observation. */
const moving = { beats: true, uptime: true, checkedAt: true, durationMs: true } as const

export const component = z.object({
  name: z.string(),
  ...believed,
  impact: z.enum(['fails', 'degrades', 'informs']).nullable(),
  runbook: z.string().nullable(),
})
export type Component = z.infer<typeof component>

export const targetSummary = z.object({
  id: z.string(),
  name: z.string(),
  kind: targetKind,
  address: z.string().describe('without credentials'),
  group: z.string().nullable(),
  tags: z.array(z.string()),
  everyMs: z.number(),
  ...believed,
  sentence: z
    .string()
    .describe('the verdict in words: "unhealthy since 14:02, because database refused the connection"'),
  components: z.object({ total: z.number(), notHealthy: z.number() }),
  incidentId: z.string().nullable().describe('the open incident'),
  certificateDaysLeft: z.number().nullable(),
})
export type TargetSummary = z.infer<typeof targetSummary>

/** What a summary says that stays the same while nothing happens. */
export const targetStanding = targetSummary.omit(moving)
export type TargetStanding = z.infer<typeof targetStanding>

/** What is new about one target; a target not heard of before comes whole. */
export const targetDelta = z.object({
  id: z.string(),
  beats: z
    .array(beat)
    .describe(
      'to append; those not younger than the last one are known already. The last gives `checkedAt` and `durationMs`',
    ),
  uptime: uptime
    .optional()
    .describe('now and then: every 30 s, more often in the first minute and when something changes'),
  standing: targetStanding.optional().describe('all the rest of the summary, when any of it changed'),
})
export type TargetDelta = z.infer<typeof targetDelta>

export const phases = z.object({
  dnsMs: z.number().optional(),
  connectMs: z.number().optional(),
  tlsMs: z.number().optional(),
  firstByteMs: z.number().optional(),
  transferMs: z.number().optional(),
})
export type ApiPhases = z.infer<typeof phases>

export const target = targetSummary.extend({
  componentList: z.array(component),
  phases: phases.nullable().describe('of the last probe'),
  freshPhases: phases.nullable().describe('of the last probe that looked up, connected and shook hands anew'),
  certificate: z.object({ subject: z.string(), issuer: z.string(), validTo: z.number() }).nullable(),
  document: z
    .object({
      format: z.string().nullable(),
      certainty: z.enum(['certain', 'likely']).nullable().describe('how sure it is that it is of that format'),
      problem: z.string().nullable(),
    })
    .nullable(),
  runbook: z.string().nullable(),
})
export type Target = z.infer<typeof target>

export const overview = z.object({
  now: z.number(),
  status,
  sentence: z.string().describe('the whole in words: "2 of 14 unhealthy: payments since 14:02, because …"'),
  counts: z.record(status, z.number()),
  targets: z.array(targetSummary),
  monitor: z.object({ version: z.string(), startedAt: z.number(), storage: z.enum(['ok', 'failing']) }),
})
export type Overview = z.infer<typeof overview>

export const samplePoint = z.object({
  at: z.number().describe('beginning of the bucket'),
  count: z.number(),
  failed: z.number(),
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
  max: z.number().nullable(),
})
export const sampleSeries = z.object({
  from: z.number(),
  to: z.number(),
  bucketMs: z.number(),
  source: z.enum(['samples', 'hours']),
  points: z.array(samplePoint),
})
export type SampleSeries = z.infer<typeof sampleSeries>

export const incidentEvent = z.object({
  at: z.number(),
  kind: z.enum(['opened', 'worsened', 'improved', 'changed', 'resolved', 'note']),
  text: z.string(),
})
export const incident = z.object({
  id: z.string(),
  targetId: z.string(),
  targetName: z.string(),
  title: z
    .string()
    .describe(
      'what is wrong where, on one line: "orders: payments refused the connection", "payments refused the connection"',
    ),
  severity: z.enum(['warning', 'critical']),
  openedAt: z.number(),
  closedAt: z.number().nullable(),
  component: z.string().nullable(),
  code: z.string().nullable(),
  cause: z.string().describe('what is wrong, as first seen: "payments refused the connection"'),
})
export type ApiIncident = z.infer<typeof incident>
export const incidentDetail = incident.extend({ events: z.array(incidentEvent) })
export type ApiIncidentDetail = z.infer<typeof incidentDetail>

export const attempt = z.object({
  at: z.number(),
  outcome: z.enum(['delivered', 'retry', 'permanent', 'ambiguous']),
  detail: z.string(),
  tookMs: z.number(),
})
export const notification = z.object({
  key: z.string(),
  incidentId: z.string(),
  channel: z.string(),
  kind: z.enum(['firing', 'update', 'resolved', 'digest', 'test']),
  title: z.string(),
  status: z.enum(['pending', 'delivered', 'dead', 'superseded']),
  foldedInto: z.string().nullable(),
  createdAt: z.number(),
  deliveredAt: z.number().nullable(),
  nextAt: z.number().nullable(),
  attempts: z.array(attempt),
})
export type ApiNotification = z.infer<typeof notification>

/** A page of a list; `next` goes back as `?before=` for the following page. */
export const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.number().nullable() })

/** Every error answer. */
export const problem = z.object({ error: z.object({ code: z.string(), message: z.string() }) })

/**
 * Server-sent events of `/api/v1/stream`: the event's name, then its data as JSON.
 * `overview` comes first and again after a gap; then `targets` with what changed, at most once a second: `applyDelta` of the dashboard says how it is read; `incident` on
 * open, change and close, and whenever a try to tell somebody of it has ended.
 */
export interface StreamEvents {
  readonly overview: Overview
  readonly targets: {
    readonly now: number
    readonly status: ApiStatus
    readonly sentence: string
    readonly counts: Overview['counts']
    readonly targets: readonly TargetDelta[]
  }
  readonly incident: ApiIncident
}

/** Body of `POST /api/v1/session`: a key is exchanged for a session cookie. */
export const login = z.object({ key: z.string().min(1).max(200) })

/** Who is logged in, and how. `DELETE /api/v1/session` ends this session, `DELETE /api/v1/sessions` all. */
export const session = z.object({
  scope: z.enum(['read', 'admin']),
  via: z.enum(['key', 'session']),
  expiresAt: z.number().nullable(),
})
export type ApiSession = z.infer<typeof session>
