import type { ApiIncident, Beat, Component, Target, TargetStanding, TargetSummary, Uptime } from '@hale/contract'
import { describeReason, severity, type State } from 'hale'
import type { ComponentSnapshot, TargetSnapshot } from '../evaluate/news.ts'
import type { DocumentInfo, Incident } from '../model.ts'
import { targetSentence, type TellTime, type Verdict } from './sentence.ts'
import { showAddress } from './show-address.ts'

/** What a sentence needs to know of a target. */
export function toVerdict(snapshot: TargetSnapshot): Verdict {
  const { spec, state } = snapshot
  return {
    name: spec.name,
    status: state.status,
    since: state.since,
    result: state.result,
    culprit: culpritOf(snapshot),
  }
}

export function toStanding(snapshot: TargetSnapshot, now: number, time: TellTime): TargetStanding {
  const { spec, state, facts, components } = snapshot
  return {
    id: spec.id,
    name: spec.name,
    kind: spec.kind,
    address: showAddress(spec.address),
    group: spec.group ?? null,
    tags: [...spec.tags],
    everyMs: spec.policy.everyMs,
    ...believed(state),
    sentence: targetSentence(toVerdict(snapshot), time),
    components: {
      total: components.length,
      notHealthy: components.filter((each) => severity(each.state.status) > 0).length,
    },
    incidentId: snapshot.incident?.id ?? null,
    certificateDaysLeft: facts.certificate === undefined ? null : daysLeft(facts.certificate.validTo, now),
  }
}

/** The last check is the last beat, so that pages can follow by the beats alone. */
export function toSummary(standing: TargetStanding, uptime: Uptime, beats: readonly Beat[]): TargetSummary {
  const [checkedAt, , durationMs] = beats.at(-1) ?? [null, null, null]
  return { ...standing, checkedAt, durationMs, uptime, beats: [...beats] }
}

export function toTarget(
  { spec, facts }: TargetSnapshot,
  summary: TargetSummary,
  componentList: readonly Component[],
): Target {
  const { certificate, document } = facts
  return {
    ...summary,
    componentList: [...componentList],
    phases: facts.phases ?? null,
    freshPhases: facts.freshPhases ?? null,
    certificate: certificate ?? null,
    document: document === undefined ? null : toApiDocument(document),
    runbook: spec.runbook ?? null,
  }
}

export function toComponent(
  { name, state, impact, runbook }: ComponentSnapshot,
  uptime: Uptime,
  beats: readonly Beat[],
): Component {
  return {
    name,
    ...believed(state),
    checkedAt: state.last?.at.wall ?? null,
    durationMs: state.last?.durationMs ?? null,
    uptime,
    beats: [...beats],
    impact: impact ?? null,
    runbook: runbook ?? null,
  }
}

export function toApiIncident(incident: Incident, targetName: string): ApiIncident {
  return {
    id: incident.id,
    targetId: incident.targetId,
    targetName,
    title: incident.component === undefined ? incident.cause : `${targetName}: ${incident.cause}`,
    severity: incident.severity,
    openedAt: incident.openedAt,
    closedAt: incident.closedAt ?? null,
    component: incident.component ?? null,
    code: incident.code ?? null,
    cause: incident.cause,
  }
}

function believed(state: State) {
  const { result } = state
  return {
    status: state.status,
    since: state.since,
    code: result.code ?? null,
    message: result.message ?? null,
    reason: describeReason(state),
    observed: result.observed ?? null,
    consecutiveFailures: state.consecutiveFailures,
  }
}

/** Whole days, rounded down, negative once it has ended. */
function daysLeft(validTo: number, now: number): number {
  return Math.floor((validTo - now) / 86_400_000)
}

/**
 * The component to blame: the incident's first cause while it lasts, else the worst of those that the target's last
 * answer spoke of. A component that only informs is never to blame, and one that the answer did not mention proves nothing.
 */
function culpritOf({ state, components, incident }: TargetSnapshot): Verdict['culprit'] {
  if (severity(state.status) === 0 || !speaksForComponents(state.result.code)) return undefined
  const asked = state.last?.at.wall ?? Infinity
  const [worst] = components
    .filter((each) => each.impact !== 'informs' && severity(each.state.status) > 0)
    .filter((each) => (each.state.last?.at.wall ?? 0) >= asked)
    .sort(
      (a, b) =>
        Number(b.name === incident?.component) - Number(a.name === incident?.component) ||
        severity(b.state.status) - severity(a.state.status) ||
        a.state.since - b.state.since,
    )
  return worst && { name: worst.name, result: worst.state.result }
}

function toApiDocument({ format, certainty, problem }: DocumentInfo): Target['document'] {
  return { format: format ?? null, certainty: certainty ?? null, problem: problem ?? null }
}

/** Whether a target's code may stand for what a component found, rather than for what the probe itself met. */
function speaksForComponents(code: string | undefined): boolean {
  return code === undefined || code === 'COMPONENT_UNHEALTHY' || code === 'HTTP_STATUS' || code.startsWith('REPORTED_')
}
