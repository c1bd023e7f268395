import { formatDuration, redact, type Result, type State } from 'hale'
import type { Incident, Message, TargetSpec } from '../model.ts'
import { plainText } from '../plain-text.ts'
import { describeCause, describeObserved } from './cause.ts'
import { describeMoment, describeSpan } from './moment.ts'

/** What a message about an incident is made of. */
export interface MessageSource {
  readonly target: TargetSpec
  readonly incident: Incident
  /** The target's state after the transition that is told of. */
  readonly state: Pick<State, 'status' | 'result' | 'consecutiveFailures'>
  /** The sub-check that is the cause now, if the document names one. */
  readonly component: { readonly name: string; readonly result: Result } | undefined
  /** Wall time of the transition. */
  readonly now: number
  /** Address under which people reach the monitor's pages. */
  readonly publicUrl: string | undefined
}

const TITLE = 250
const LINE = 500
const NAME = 100

/** "payments: postgres-main refused the connection", or "payments refused the connection" when it is the cause itself. */
export function firingMessage(source: MessageSource): Message {
  const { target, component, state } = source
  const title =
    component === undefined
      ? describeCause(target.name, state.result)
      : `${plainText(target.name, NAME)}: ${causeOf(source)}`
  return toMessage(source, 'firing', title, troubleLines(source))
}

/** "payments is now degraded: search is slow": the incident goes on, differently. */
export function updateMessage(source: MessageSource): Message {
  const title = `${plainText(source.target.name, NAME)} is now ${source.state.status}: ${causeOf(source)}`
  return toMessage(source, 'update', title, troubleLines(source))
}

/** "payments is healthy again after 7 min". */
export function resolvedMessage(source: MessageSource): Message {
  const { target, incident, state, now } = source
  const lasted = formatDuration(Math.max(0, now - incident.openedAt))
  const again = state.status === 'healthy' ? 'is healthy again' : `is now ${state.status}`
  return toMessage(source, 'resolved', `${plainText(target.name, NAME)} ${again} after ${lasted}`, [
    `It lasted ${lasted} (${describeSpan(incident.openedAt, now, now)}).`,
    `It began with: ${incident.cause}`,
  ])
}

function troubleLines({ incident, state, component, now }: MessageSource): readonly string[] {
  const { code, message, observed } = component?.result ?? state.result
  return [
    `${capital(state.status)} since ${describeMoment(incident.openedAt, now)}.`,
    ...(message === undefined ? [] : [`Cause: ${message}${code === undefined ? '' : ` (${code})`}`]),
    ...(observed === undefined ? [] : [`Observed: ${describeObserved(observed)}`]),
    ...(state.consecutiveFailures > 1 ? [`${state.consecutiveFailures} failures in a row.`] : []),
  ]
}

function causeOf({ component, state }: MessageSource): string {
  return describeCause(component?.name ?? 'it', component?.result ?? state.result)
}

function toMessage(source: MessageSource, kind: Message['kind'], title: string, lines: readonly string[]): Message {
  const { target, incident, state, now, publicUrl } = source
  const address = plainText(redact(target.address), LINE)
  const link =
    publicUrl === undefined ? undefined : `${publicUrl.replace(/\/+$/, '')}/targets/${encodeURIComponent(target.id)}`
  const all = [
    ...lines,
    `Address: ${address}`,
    ...(target.runbook === undefined ? [] : [`What to do: ${target.runbook}`]),
    ...(link === undefined ? [] : [`More: ${link}`]),
  ]
  return {
    kind,
    incidentId: incident.id,
    target: { id: target.id, name: plainText(target.name, NAME), address },
    status: state.status,
    severity: incident.severity,
    code: source.component?.result.code ?? state.result.code,
    title: plainText(redact(title), TITLE),
    text: all.map((line) => plainText(redact(line), LINE)).join('\n'),
    observed: source.component?.result.observed ?? state.result.observed,
    runbook: target.runbook,
    at: now,
    openedAt: incident.openedAt,
    link,
  }
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
