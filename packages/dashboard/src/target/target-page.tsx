import type { Target } from '@hale/contract'
import type { VNode } from 'preact'
import { useEffect } from 'preact/hooks'
import { ApiError, getIncidents, getTarget } from '../api/client.ts'
import { IncidentList } from '../incidents/incident-list.tsx'
import { picture } from '../live/live.ts'
import { current } from '../overview/view.ts'
import { pageTitle } from '../shell/title.ts'
import { Beats } from '../ui/beats.tsx'
import { Icon } from '../ui/icon.tsx'
import { useResource } from '../ui/resource.ts'
import { safeHref } from '../ui/safe-href.ts'
import { StatusMark } from '../ui/status-mark.tsx'
import { useThrottled } from '../ui/throttled.ts'
import { Clock, Lasting } from '../ui/time.tsx'
import { reasonAlone } from '../words/verdict.ts'
import { needsAttention } from '../words/status.ts'
import { ComponentsTable, Runbook } from './components-table.tsx'
import { Latency } from './latency.tsx'
import { Phases } from './phases.tsx'
import { TargetFacts } from './target-facts.tsx'

/** Live news carries the summary; what only this page shows is loaded again at most so often. */
const RELOAD_MS = 2_000

export function TargetPage({ id = '' }: { readonly id?: string }): VNode {
  return <Page key={id} id={id} />
}

function Page({ id }: { readonly id: string }): VNode {
  const summary = picture.value?.targets.get(id)
  const news = useThrottled(summary, RELOAD_MS)
  const { data: target, error } = useResource((signal) => getTarget(id, signal), [id, news])
  const name = target?.name ?? summary?.name ?? id
  useEffect(() => {
    pageTitle.value = name
    current.value = id
  }, [name, id])
  if (target === undefined) return <Missing name={name} error={error} />
  const shown = { ...target, ...summary }
  return (
    <article class="target">
      <TargetHeader target={shown} />
      <ComponentsTable target={shown} />
      <div class="columns">
        <div class="stack">
          <Latency
            id={id}
            observedFrom={shown.uptime.observedFrom}
            components={shown.componentList.map((component) => component.name)}
          />
          <RecentIncidents id={id} />
        </div>
        <div class="stack">
          <Phases target={shown} />
          <TargetFacts target={shown} />
        </div>
      </div>
    </article>
  )
}

function TargetHeader({ target }: { readonly target: Target }): VNode {
  const { status, address } = target
  const link = safeHref(address)
  const runbook = safeHref(target.runbook)
  const why = needsAttention(target) ? reasonAlone(target) : (target.message ?? '')
  return (
    <header class={`verdict is-${status} target-header`}>
      <StatusMark status={status} />
      <div class="target-title">
        <a class="up" href="/">
          <Icon name="back" />
          All targets
        </a>
        <h1 tabIndex={-1}>
          {target.name} <span class={`word is-${status}`}>{status}</span>
        </h1>
        <p class="verdict-detail">
          for <Lasting from={target.since} />, since <Clock at={target.since} />
          {why === '' ? null : `: ${why}`}
        </p>
        <p class="target-links">
          {link === undefined ? (
            <code>{address}</code>
          ) : (
            <a href={link} target="_blank" rel="noopener noreferrer">
              {address}
              <Icon name="external" />
              <span class="hidden">(opens a new tab)</span>
            </a>
          )}
          {target.code === null ? null : <code>{target.code}</code>}
          {target.incidentId === null ? null : (
            <a href={`/incidents/${encodeURIComponent(target.incidentId)}`}>Open incident</a>
          )}
          {runbook === undefined ? null : <Runbook href={runbook} />}
        </p>
      </div>
      <div class="target-beats">
        <Beats beats={target.beats} everyMs={target.everyMs} />
      </div>
    </header>
  )
}

function RecentIncidents({ id }: { readonly id: string }): VNode {
  const { data, error } = useResource(
    (signal) => getIncidents({ target: id, limit: 10 }, signal),
    [id, picture.value?.incident],
  )
  return (
    <section class="panel is-flush" aria-labelledby="incidents-title">
      <header class="panel-head">
        <h2 id="incidents-title">Incidents</h2>
      </header>
      {error === undefined ? null : <p class="problem">{error.message}</p>}
      {data === undefined ? null : data.items.length === 0 ? (
        <p class="quiet panel-empty">None on record.</p>
      ) : (
        <IncidentList incidents={data.items} />
      )}
    </section>
  )
}

function Missing({ name, error }: { readonly name: string; readonly error: Error | undefined }): VNode {
  const gone = error instanceof ApiError && error.status === 404
  return (
    <div class="empty">
      <h1 tabIndex={-1}>
        {error === undefined ? name : gone ? 'There is no such target' : 'This target cannot be shown'}
      </h1>
      {error === undefined ? (
        <p class="quiet">Loading …</p>
      ) : (
        <p>{gone ? 'It may have been renamed or taken out of the configuration.' : error.message}</p>
      )}
      <p>
        <a href="/">To all targets</a>
      </p>
    </div>
  )
}
