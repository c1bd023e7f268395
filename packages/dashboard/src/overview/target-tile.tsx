import type { TargetSummary } from '@hale/contract'
import type { VNode } from 'preact'
import { now } from '../live/live.ts'
import { Beats } from '../ui/beats.tsx'
import { StatusLabel, StatusMark } from '../ui/status-mark.tsx'
import { Clock, Lasting } from '../ui/time.tsx'
import { coarse } from '../words/duration.ts'
import { reasonAlone } from '../words/verdict.ts'
import { isPending, needsAttention } from '../words/status.ts'
import { bareAddress, componentCount } from '../words/figures.ts'
import { CertificateNote, Extras, ResponseTime, UptimeFigure } from './facts.tsx'
import { current } from './view.ts'

interface TileProps {
  readonly target: TargetSummary
}

/** A target that needs a person, with all the room that its reason takes. */
export function AttentionTile({ target }: TileProps): VNode {
  return (
    <article class={`tile attention is-${target.status}`}>
      <StatusMark status={target.status} />
      <div class="attention-words">
        <p class="tile-name">
          <TargetLink target={target} />
          <span class={`word is-${target.status}`}>{target.status}</span>
          <span class="quiet">
            for <Lasting from={target.since} />, since <Clock at={target.since} />
          </span>
        </p>
        <p class="attention-reason">{reasonAlone(target)}</p>
        <p class="tile-figures">
          {target.group === null ? null : <span class="quiet">{target.group}</span>}
          <Extras target={target} />
          {target.code === null ? null : <code>{target.code}</code>}
        </p>
      </div>
      <div class="attention-history">
        <Beats beats={target.beats} everyMs={target.everyMs} />
        <p class="tile-figures">
          <ResponseTime target={target} />
          <UptimeFigure uptime={target.uptime} />
        </p>
      </div>
    </article>
  )
}

export function TargetCard({ target }: TileProps): VNode {
  return (
    <article class={`tile card is-${target.status}`}>
      <p class="tile-name">
        <TargetLink target={target} />
        <span class="card-status">
          <StatusLabel status={target.status} />
          <span class="quiet">{coarse(now.value - target.since)}</span>
        </span>
      </p>
      <p class="tile-reason card-line">
        <span class="card-reason">{reasonOf(target)}</span>
        <CertificateNote target={target} />
      </p>
      <Beats beats={target.beats} everyMs={target.everyMs} />
      <p class="tile-figures">
        <ResponseTime target={target} />
        <UptimeFigure uptime={target.uptime} />
      </p>
    </article>
  )
}

export function TargetRow({ target }: TileProps): VNode {
  return (
    <article class={`tile row is-${target.status}`}>
      <p class="tile-name">
        <StatusMark status={target.status} />
        <TargetLink target={target} />
      </p>
      <p class="tile-reason">
        <span class={`word is-${target.status}`}>{target.status}</span> {row(target)}
      </p>
      <Beats beats={target.beats} everyMs={target.everyMs} />
      <ResponseTime target={target} />
      <UptimeFigure uptime={target.uptime} />
      <p class="tile-figures">
        <Extras target={target} />
      </p>
    </article>
  )
}

/** The name is the link and spreads over its tile, so that all of it can be clicked and one stop of the tab key is enough. */
function TargetLink({ target }: TileProps): VNode {
  return (
    <a
      class="tile-link"
      href={`/targets/${encodeURIComponent(target.id)}`}
      data-target={target.id}
      title={target.name}
      onFocus={() => (current.value = target.id)}
    >
      {target.name}
    </a>
  )
}

function reasonOf(target: TargetSummary): string {
  if (needsAttention(target)) return reasonAlone(target)
  if (isPending(target)) return 'not asked yet'
  const held = notYet(target)
  return held === '' ? (componentCount(target.components) ?? bareAddress(target.address)) : held
}

function row(target: TargetSummary): string {
  if (needsAttention(target)) return reasonAlone(target)
  if (isPending(target)) return '· not asked yet'
  return [`for ${coarse(now.value - target.since)}`, notYet(target)].filter(Boolean).join(', ')
}

/** A failure that the thresholds still hold back is worth a word: it may be the first of an outage. */
function notYet({ consecutiveFailures, status }: TargetSummary): string {
  return status === 'healthy' && consecutiveFailures > 0
    ? `the last ${consecutiveFailures === 1 ? '' : `${consecutiveFailures} `}failed`
    : ''
}
