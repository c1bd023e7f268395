import type { Component, Target } from '@hale/contract'
import type { VNode } from 'preact'
import { UptimeFigure } from '../overview/facts.tsx'
import { Beats } from '../ui/beats.tsx'
import { Icon } from '../ui/icon.tsx'
import { safeHref } from '../ui/safe-href.ts'
import { StatusLabel } from '../ui/status-mark.tsx'
import { Clock, Lasting } from '../ui/time.tsx'
import { responseTime } from '../words/duration.ts'
import { observedText } from '../words/figures.ts'
import { compareNames } from '../words/names.ts'
import { tellingReason } from '../words/reason.ts'
import { rank } from '../words/status.ts'

const IMPACTS = {
  fails: 'fails the whole',
  degrades: 'degrades the whole',
  informs: 'only informs',
} as const

/** Every sub-check that the target's document names, worst first. */
export function ComponentsTable({ target }: { readonly target: Target }): VNode | null {
  const { componentList } = target
  if (componentList.length === 0) return null
  const sorted = componentList.toSorted((a, b) => rank(a.status) - rank(b.status) || compareNames(a.name, b.name))
  return (
    <section class="panel is-flush" aria-labelledby="components-title">
      <header class="panel-head">
        <h2 id="components-title">
          Components <span class="count">{componentList.length}</span>
        </h2>
      </header>
      <table class="components" role="table">
        <thead role="rowgroup">
          <tr role="row">
            {['Component', 'Status', 'Reason', 'Last checks', 'Uptime 24 h', 'Took'].map((title) => (
              <th key={title} scope="col" role="columnheader">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {sorted.map((component) => (
            <ComponentRow key={component.name} component={component} everyMs={target.everyMs} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

interface RowProps {
  readonly component: Component
  readonly everyMs: number
}

/** Roles are written out because narrow screens lay rows out as grids, and browsers then forget that this is a table. */
function ComponentRow({ component, everyMs }: RowProps): VNode {
  const { name, status, impact, beats, uptime, durationMs } = component
  return (
    <tr role="row" class={`is-${status}`}>
      <th scope="row" role="rowheader" class="cell-name">
        {name}
        {impact === null ? null : <span class="impact">{IMPACTS[impact]}</span>}
      </th>
      <td role="cell" class="cell-status">
        <StatusLabel status={status} />
        <span class="quiet">
          for <Lasting from={component.since} />
        </span>
      </td>
      <td role="cell" class="cell-reason">
        <Reason component={component} />
      </td>
      <td role="cell" class="cell-beats">
        <Beats beats={beats} everyMs={everyMs} />
      </td>
      <td role="cell" class="cell-uptime">
        <UptimeFigure uptime={uptime} />
      </td>
      <td role="cell" class="cell-took">
        <span class="figure">{responseTime(durationMs)}</span>
      </td>
    </tr>
  )
}

function Reason({ component }: Pick<RowProps, 'component'>): VNode {
  const { message, code, checkedAt, consecutiveFailures } = component
  const reason = tellingReason(component)
  const observed = observedText(component.observed)
  const runbook = safeHref(component.runbook)
  return (
    <>
      {message === null ? null : <p class="reason-message">{message}</p>}
      <p class="reason-facts">
        {code === null ? null : <code>{code}</code>}
        {observed === undefined ? null : <span>measured {observed}</span>}
        {consecutiveFailures > 1 ? <span>{consecutiveFailures} failures in a row</span> : null}
        {reason === undefined ? null : <span>{reason}</span>}
        {checkedAt === null ? null : (
          <span>
            checked <Clock at={checkedAt} />
          </span>
        )}
        {runbook === undefined ? null : <Runbook href={runbook} />}
      </p>
    </>
  )
}

export function Runbook({ href }: { readonly href: string }): VNode {
  return (
    <a class="runbook" href={href} target="_blank" rel="noopener noreferrer">
      Runbook
      <Icon name="external" />
      <span class="hidden">(opens a new tab)</span>
    </a>
  )
}
