import type { ApiIncidentDetail } from '@hale/contract'
import type { VNode } from 'preact'
import { useEffect } from 'preact/hooks'
import { ApiError, getIncident, getNotifications } from '../api/client.ts'
import { now, picture } from '../live/live.ts'
import { pageTitle } from '../shell/title.ts'
import { Icon } from '../ui/icon.tsx'
import { useResource } from '../ui/resource.ts'
import { StatusMark } from '../ui/status-mark.tsx'
import { Clock, Lasting } from '../ui/time.tsx'
import { times } from '../words/time.ts'
import { Deliveries } from './deliveries.tsx'
import { markOf, stateOf } from './incident-list.tsx'

/** Attempts at delivery come as news of the incident; they are looked up now and then for what a gap swallowed. */
const DELIVERIES_MS = 30_000

export function IncidentPage({ id = '' }: { readonly id?: string }): VNode {
  return <Page key={id} id={id} />
}

function Page({ id }: { readonly id: string }): VNode {
  const news = picture.value?.incident
  const mine = news?.id === id ? news : undefined
  const incident = useResource((signal) => getIncident(id, signal), [id, mine])
  const period = Math.floor(now.value / DELIVERIES_MS)
  const notifications = useResource((signal) => getNotifications(id, signal), [id, mine, period])
  const { data, error } = incident
  useEffect(() => void (pageTitle.value = data === undefined ? 'Incident' : `Incident: ${data.targetName}`), [data])
  if (data === undefined) return <Missing error={error} />
  return (
    <article class="incident-page">
      <IncidentHeader incident={data} />
      <div class="columns is-even">
        <Story incident={data} />
        <Deliveries notifications={notifications.data?.items} error={notifications.error} />
      </div>
    </article>
  )
}

function IncidentHeader({ incident }: { readonly incident: ApiIncidentDetail }): VNode {
  const { openedAt, closedAt, component, code, targetId, targetName } = incident
  const status = markOf(incident)
  return (
    <header class={`verdict is-${status} target-header`}>
      <StatusMark status={status} />
      <div class="target-title">
        <a class="up" href="/incidents">
          <Icon name="back" />
          All incidents
        </a>
        <h1 tabIndex={-1}>
          {targetName} <span class={`word is-${status}`}>{stateOf(incident)}</span>
        </h1>
        <p class="verdict-detail">{incident.cause}</p>
        <p class="target-links">
          <span>
            {closedAt === null ? 'Open for ' : 'Lasted '}
            <Lasting from={openedAt} to={closedAt} />, since <Clock at={openedAt} />
            {closedAt === null ? null : (
              <>
                {' until '}
                <Clock at={closedAt} />
              </>
            )}
          </span>
          {component === null ? null : <span>first cause: {component}</span>}
          {code === null ? null : <code>{code}</code>}
          <a href={`/targets/${encodeURIComponent(targetId)}`}>{targetName} now</a>
        </p>
      </div>
    </header>
  )
}

function Story({ incident }: { readonly incident: ApiIncidentDetail }): VNode {
  return (
    <section class="panel" aria-labelledby="story-title">
      <header class="panel-head">
        <h2 id="story-title">What happened</h2>
      </header>
      <ol class="story">
        {incident.events.map((event, place) => (
          <li key={place} class={`is-${event.kind}`}>
            <time dateTime={new Date(event.at).toISOString()} title={times.exact(event.at)}>
              {times.second(event.at)}
            </time>
            <p>
              <span class="story-kind">{event.kind}</span>
              {event.text}
            </p>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Missing({ error }: { readonly error: Error | undefined }): VNode {
  const gone = error instanceof ApiError && error.status === 404
  return (
    <div class="empty">
      <h1 tabIndex={-1}>
        {error === undefined ? 'Incident' : gone ? 'There is no such incident' : 'This incident cannot be shown'}
      </h1>
      <p class="quiet">
        {error === undefined ? 'Loading …' : gone ? 'It may be older than history is kept.' : error.message}
      </p>
      <p>
        <a href="/incidents">To all incidents</a>
      </p>
    </div>
  )
}
