import { aggregate } from './aggregate.ts'
import { toCheckReport } from './check-report.ts'
import type { ResolvedRegistration } from './check.ts'
import type { Selection } from './health.ts'
import type { Report, Service } from './report.ts'
import type { Instant, State } from './state.ts'
import { worse, type Status } from './status.ts'

/** One check of a report, and what is believed of it. */
export interface Line {
  readonly registration: ResolvedRegistration
  readonly state: State
}

export interface Circumstances {
  readonly selection: Selection
  readonly service: Service | undefined
  readonly at: Instant
  /** Set once the service drains: how long that takes. */
  readonly drainMs: number | undefined
  /** Whether startup has latched. */
  readonly started: boolean
}

/** Puts lines together into the report of a selection. Pure. */
export function composeReport(lines: readonly Line[], circumstances: Circumstances): Report {
  const { at, selection, service, started } = circumstances
  // Liveness and startup are not touched by a drain (E9); a single check speaks for itself.
  const drainMs = selection === 'ready' || selection === 'all' ? circumstances.drainMs : undefined
  const status = drainMs === undefined ? statusOf(lines, selection, started) : 'maintenance'
  return {
    status,
    ...(service === undefined ? {} : { service }),
    ...(drainMs === undefined ? {} : DRAINING),
    ...(lines.length === 0 && drainMs === undefined ? NOTHING_CHECKED : {}),
    at: at.wall,
    ...(status === 'maintenance' ? { retryAfterS: retryAfterS(lines, drainMs) } : {}),
    checks: Object.fromEntries(
      lines.map(({ registration, state }) => [registration.name, toCheckReport(registration, state, at.now)]),
    ),
  }
}

const DRAINING: Pick<Report, 'code' | 'message'> = {
  code: 'SHUTTING_DOWN',
  message: 'The service is draining before it stops.',
}
const NOTHING_CHECKED: Pick<Report, 'message'> = { message: 'No check counts for this: nothing was checked.' }

function statusOf(lines: readonly Line[], selection: Selection, started: boolean): Status {
  if (typeof selection === 'object') return lines[0]?.state.status ?? 'unknown'
  if (selection === 'startup' && started) return 'healthy'
  const status = aggregate(
    lines.map(({ registration, state }) => ({ status: state.status, impact: registration.policy.impact })),
  )
  return selection === 'startup' ? worse(status, 'unknown') : status
}

/** When what is in maintenance is asked next, or the drain is over. */
function retryAfterS(lines: readonly Line[], drainMs: number | undefined): number {
  const waits = lines.flatMap(({ registration, state }) =>
    state.status === 'maintenance' ? registration.policy.everyMs : [],
  )
  return Math.max(1, Math.ceil((drainMs ?? Math.min(...waits)) / 1_000))
}
