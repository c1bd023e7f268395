import { aggregate, type Part } from './aggregate.ts'
import type { Announcement } from './announcement.ts'
import { toCheckReport, type Detail } from './check-report.ts'
import type { ResolvedRegistration } from './check.ts'
import type { Selection } from './health.ts'
import type { Maintenance } from './maintenance.ts'
import type { Report, Service } from './report.ts'
import type { Instant, State } from './state.ts'
import { worse, type Status } from './status.ts'

/** One check of a report, and what is believed of it. */
export interface Line extends Detail {
  readonly registration: ResolvedRegistration
  readonly state: State
}

export interface Circumstances {
  readonly selection: Selection
  readonly service: Service | undefined
  readonly at: Instant
  /** Set once the service drains: how long that takes. */
  readonly drainMs: number | undefined
  /** Set while the whole service is in maintenance. */
  readonly maintenance: Maintenance | undefined
  readonly announced: Announcement | undefined
  /** Whether startup has latched. */
  readonly started: boolean
  /** Whether the lines are written out. */
  readonly written: boolean
}

/** Puts lines together into the report of a selection. Pure. */
export function composeReport(lines: readonly Line[], circumstances: Circumstances): Report {
  const { announced, at, selection, service, started, written } = circumstances
  const outOfService = findOutOfService(circumstances)
  const status = outOfService === undefined ? statusOf(lines, selection, started) : 'maintenance'
  const retryAfterS =
    status === 'maintenance' ? toRetryAfter(outOfService?.retryAfterMs ?? earliest(lines, at)) : undefined
  return {
    status,
    ...(service === undefined ? {} : { service }),
    ...outOfService?.says,
    ...(lines.length === 0 && outOfService === undefined ? NOTHING_CHECKED : {}),
    at: at.wall,
    ...(retryAfterS === undefined ? {} : { retryAfterS }),
    ...(announced === undefined ? {} : { announced }),
    checks: Object.fromEntries(
      (written ? lines : []).map((line) => [
        line.registration.name,
        toCheckReport(line.registration, line.state, at.now, line),
      ]),
    ),
  }
}

interface OutOfService {
  readonly says: Pick<Report, 'code' | 'message' | 'until'>
  /** When asking again makes sense; Infinity when that is not known. */
  readonly retryAfterMs: number
}

/** Liveness and startup are not touched by a drain (E9) or by maintenance; a single check speaks for itself. */
function findOutOfService({ at, drainMs, maintenance, selection }: Circumstances): OutOfService | undefined {
  if (selection !== 'ready' && selection !== 'all') return undefined
  if (drainMs !== undefined) return { says: DRAINING, retryAfterMs: drainMs }
  if (maintenance === undefined) return undefined
  const { message, until } = maintenance
  return { says: { message, ...(until === undefined ? {} : { until }) }, retryAfterMs: (until ?? Infinity) - at.wall }
}

const DRAINING: Pick<Report, 'code' | 'message'> = {
  code: 'SHUTTING_DOWN',
  message: 'The service is draining before it stops.',
}
const NOTHING_CHECKED: Pick<Report, 'message'> = { message: 'No check counts for this: nothing was checked.' }

function statusOf(lines: readonly Line[], selection: Selection, started: boolean): Status {
  if (typeof selection === 'object') return lines[0]?.state.status ?? 'unknown'
  if (selection === 'startup' && started) return 'healthy'
  const status = aggregate(toParts(lines))
  return selection === 'startup' ? worse(status, 'unknown') : status
}

// One after the other: of ten thousand none is kept.
function* toParts(lines: readonly Line[]): Iterable<Part> {
  for (const { registration, state } of lines) yield { status: state.status, impact: registration.policy.impact }
}

/** Whole seconds, one at least; undefined when there is no end. */
function toRetryAfter(ms: number): number | undefined {
  return ms < Infinity ? Math.max(1, Math.ceil(ms / 1_000)) : undefined
}

/** When the first of what is in maintenance is in service again, or is asked next. */
function earliest(lines: readonly Line[], at: Instant): number {
  const waits = lines.flatMap(({ registration, state, until }) =>
    state.status === 'maintenance' ? (until === undefined ? registration.policy.everyMs : until - at.wall) : [],
  )
  return Math.min(...waits)
}
