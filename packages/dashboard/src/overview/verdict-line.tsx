import type { VNode } from 'preact'
import { now, picture, targets } from '../live/live.ts'
import { StatusMark } from '../ui/status-mark.tsx'
import { times } from '../words/time.ts'
import { verdict } from '../words/verdict.ts'

/** The whole in one sentence: what a person reads first, and often last. */
export function VerdictLine(): VNode {
  const { status, headline, detail } = verdict(targets.value, now.value, times)
  return (
    <header class={`verdict is-${status}`}>
      <StatusMark status={status} />
      <h1 tabIndex={-1}>
        {headline}
        <span class="hidden">: </span>
        <span class="verdict-detail">{detail}</span>
      </h1>
      {picture.value?.monitor.storage === 'failing' ? (
        <p class="verdict-note is-unhealthy">
          The monitor cannot write its history at the moment: checks and this page go on, alerts wait until it can.
        </p>
      ) : null}
    </header>
  )
}
