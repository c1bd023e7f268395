import { isJudged, severity as weight, type Instant, type State } from 'hale'
import type { TrackedComponent, Watched } from '../evaluate/watch.ts'
import type { Incident, IncidentEvent, Severity } from '../model.ts'
import type { NewNotification, OpenIncident } from '../store/store.ts'
import { describeCause } from './cause.ts'
import { firingMessage, resolvedMessage, updateMessage, type MessageSource } from './message.ts'

/** What a target's new state means for its incident: rows to commit, and the incident as it stands after. */
export interface Plan {
  /** Undefined when none is open any more. */
  readonly open: OpenIncident | undefined
  /** The incident's row, when it changed. */
  readonly incident: Incident | undefined
  readonly events: readonly IncidentEvent[]
  readonly notifications: readonly NewNotification[]
}

export interface PlanContext {
  /** Names of all configured channels, told unless the target names its own. */
  readonly channels: readonly string[]
  readonly publicUrl: string | undefined
}

/**
 * Opens, carries on or closes the incident of one target. Pure.
 *
 * - Not healthy: an incident opens, and its channels are told. `degraded` and a target's own `unknown` are warnings,
 *   `unhealthy` is critical.
 * - It turns critical: an update goes to the same channels. Milder, or another first cause: the story says so, nobody is told.
 * - Healthy, or declared in maintenance: it closes, and those who were told of the problem are told of its end (M6).
 * - Not observed: nothing changes. Not having looked is no recovery and no failure (M7).
 */
export function planIncident(before: Watched, after: Watched, at: Instant, context: PlanContext): Plan | undefined {
  if (!isObserved(after.state)) return undefined
  const severity = severityOf(after.state)
  const open = before.incident
  if (open === undefined) return severity === undefined ? undefined : opening(after, severity, at, context)
  return severity === undefined
    ? closing(after, open, at, context)
    : goingOn(before, after, open, severity, at, context)
}

function opening(watched: Watched, severity: Severity, at: Instant, context: PlanContext): Plan {
  const first = firstCause(watched)
  const { spec, series, interval, state } = watched
  const incident: Incident = {
    id: `${series}-${interval?.seq ?? 0}`,
    targetId: spec.id,
    severity,
    openedAt: at.wall,
    closedAt: undefined,
    component: first?.name,
    code: codeOf(watched, first),
    cause: causeOf(watched, first),
  }
  const told = spec.notify ?? context.channels
  const open: OpenIncident = { incident, events: 0, notifications: 0, told }
  const text = `${state.status}: ${incident.cause}${told.length === 0 ? '' : `; telling ${told.join(', ')}`}`
  return tell(firingMessage, watched, open, { kind: 'opened', text }, at, context)
}

function goingOn(
  before: Watched,
  after: Watched,
  open: OpenIncident,
  severity: Severity,
  at: Instant,
  context: PlanContext,
): Plan | undefined {
  const first = firstCause(after)
  const text = `${after.state.status}: ${causeOf(after, first)}`
  if (severity !== open.incident.severity) {
    const changed = { ...open, incident: { ...open.incident, severity } }
    if (severity === 'critical') return tell(updateMessage, after, changed, { kind: 'worsened', text }, at, context)
    return note(changed, { kind: 'improved', text }, at)
  }
  const same =
    after.state.status === before.state.status &&
    after.state.result.code === before.state.result.code &&
    first?.name === firstCause(before)?.name
  return same ? undefined : note(open, { kind: 'changed', text }, at)
}

function closing(watched: Watched, open: OpenIncident, at: Instant, context: PlanContext): Plan {
  const { state } = watched
  const text = isJudged(state.status) ? 'healthy again' : `declared ${state.status}`
  const closed = { ...open, incident: { ...open.incident, closedAt: at.wall } }
  return { ...tell(resolvedMessage, watched, closed, { kind: 'resolved', text }, at, context), open: undefined }
}

/** One more line in the story, and one notification to each channel that is told. */
function tell(
  toMessage: (source: MessageSource) => NewNotification['message'],
  watched: Watched,
  open: OpenIncident,
  event: Pick<IncidentEvent, 'kind' | 'text'>,
  at: Instant,
  { publicUrl }: PlanContext,
): Plan {
  const noted = note(open, event, at)
  const component = firstCause(watched)
  const { spec, state } = watched
  const message = toMessage({
    target: spec,
    incident: open.incident,
    state,
    component: component && { name: component.name, result: component.state.result },
    now: at.wall,
    publicUrl,
  })
  const { id } = open.incident
  const n = open.notifications + 1
  const notifications = open.told.map((channel) => ({
    key: `${id}:${n}:${channel}`,
    incidentId: id,
    n,
    channel,
    message,
    createdAt: at.wall,
  }))
  return { ...noted, open: noted.open && { ...noted.open, notifications: n }, notifications }
}

function note(
  open: OpenIncident,
  event: Pick<IncidentEvent, 'kind' | 'text'>,
  at: Instant,
): Plan & { open: OpenIncident } {
  const { incident } = open
  const n = open.events + 1
  return {
    open: { ...open, events: n },
    incident,
    events: [{ incidentId: incident.id, n, at: at.wall, ...event }],
    notifications: [],
  }
}

/** The component that has been failing longest, of those that can have brought the whole down. */
function firstCause(watched: Watched): TrackedComponent | undefined {
  let first: TrackedComponent | undefined
  for (const component of watched.components.values()) {
    const { state, impact } = component
    if (impact === 'informs' || !isObserved(state) || severityOf(state) === undefined) continue
    if (first === undefined || isBefore(component, first)) first = component
  }
  return first
}

function isBefore(a: TrackedComponent, b: TrackedComponent): boolean {
  if (a.state.since !== b.state.since) return a.state.since < b.state.since
  return weight(a.state.status) > weight(b.state.status)
}

function codeOf(watched: Watched, first: TrackedComponent | undefined): Incident['code'] {
  return first?.state.result.code ?? watched.state.result.code
}

/** Stands alone, so it names its subject: the component, or the target itself. */
function causeOf({ spec, state }: Watched, first: TrackedComponent | undefined): string {
  return describeCause(first?.name ?? spec.name, first?.state.result ?? state.result)
}

function isObserved({ reason }: State): boolean {
  return reason.gate !== 'pending' && reason.gate !== 'stale'
}

function severityOf({ status }: State): Severity | undefined {
  if (!isJudged(status) || status === 'healthy') return undefined
  return status === 'unhealthy' ? 'critical' : 'warning'
}
