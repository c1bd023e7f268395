import type { ApiIncident, ApiStatus } from '@hale/contract'
import type { VNode } from 'preact'
import { StatusMark } from '../ui/status-mark.tsx'
import { Clock, Lasting } from '../ui/time.tsx'

interface ListProps {
  readonly incidents: readonly ApiIncident[]
  /** Whether each line names the target it is about; not needed on a target's own page. */
  readonly named?: boolean
}

export function IncidentList({ incidents, named = false }: ListProps): VNode {
  return (
    <ul class="incidents">
      {incidents.map((incident) => (
        <li key={incident.id} class={incident.closedAt === null ? 'incident is-open' : 'incident'}>
          <StatusMark status={markOf(incident)} />
          <div class="incident-words">
            <a class="tile-link" href={`/incidents/${encodeURIComponent(incident.id)}`}>
              {named ? incident.title : incident.cause}
            </a>
            <p class="tile-figures">
              <span class={incident.closedAt === null ? `word is-${markOf(incident)}` : 'quiet'}>
                {stateOf(incident)}
              </span>
              {incident.component === null ? null : <span class="quiet">{incident.component}</span>}
              {incident.code === null ? null : <code>{incident.code}</code>}
            </p>
          </div>
          <p class="incident-when">
            <Clock at={incident.openedAt} />
            <span class="quiet">
              {incident.closedAt === null ? 'for ' : 'lasted '}
              <Lasting from={incident.openedAt} to={incident.closedAt} />
            </span>
          </p>
        </li>
      ))}
    </ul>
  )
}

/** The shape that stands for an incident: what it was, or that it is over. */
export function markOf({ closedAt, severity }: Pick<ApiIncident, 'closedAt' | 'severity'>): ApiStatus {
  if (closedAt !== null) return 'healthy'
  return severity === 'critical' ? 'unhealthy' : 'degraded'
}

/** `open, critical` or `resolved`. */
export function stateOf({ closedAt, severity }: Pick<ApiIncident, 'closedAt' | 'severity'>): string {
  return closedAt === null ? `open, ${severity}` : `resolved, was ${severity}`
}
