import type { Target } from '@hale/contract'
import type { ComponentChildren, VNode } from 'preact'
import { now } from '../live/live.ts'
import { Ago, Clock } from '../ui/time.tsx'
import { coarse, span } from '../words/duration.ts'
import { CERTIFICATE_DAYS, coverage, percent, uptimeShare, watchedSince } from '../words/figures.ts'
import { times } from '../words/time.ts'

const DAY_MS = 86_400_000

/** What stands still: how it is watched, what it speaks, until when its certificate holds. */
export function TargetFacts({ target }: { readonly target: Target }): VNode {
  const { document, certificate, uptime } = target
  const since = watchedSince(uptime)
  return (
    <section class="panel" aria-labelledby="facts-title">
      <header class="panel-head">
        <h2 id="facts-title">Facts</h2>
      </header>
      <dl class="facts">
        <Fact term="Uptime 24 h">
          {uptimeShare(uptime)}
          {uptime.up === null ? null : <span class="quiet"> · {coverage(uptime)}</span>}
          {uptime.downMs === 0 ? null : <span class="quiet"> · down {span(uptime.downMs)}</span>}
        </Fact>
        {since !== undefined ? (
          <Fact term="Watched since">
            <Clock at={since} />
          </Fact>
        ) : uptime.coverage < 0.9999 && uptime.up !== null ? (
          <Fact term="Not observed">
            {span(uptime.unobservedMs)}{' '}
            <span class="quiet">({percent(uptime.unobservedMs / (uptime.to - uptime.from), 1)})</span>
          </Fact>
        ) : null}
        <Fact term="Checked">
          every {span(target.everyMs)}
          {target.checkedAt === null ? null : (
            <span class="quiet">
              , last <Ago at={target.checkedAt} />
            </span>
          )}
        </Fact>
        <Fact term="Decided by">{target.reason}</Fact>
        {document === null ? null : (
          <Fact term="Document">
            {document.format ?? 'none could be read'}
            {document.certainty === null ? null : <span class="quiet"> ({document.certainty})</span>}
            {document.problem === null ? null : <span class="fact-problem">{document.problem}</span>}
          </Fact>
        )}
        {certificate === null ? null : <Certificate certificate={certificate} />}
        {target.group === null ? null : <Fact term="Group">{target.group}</Fact>}
        {target.tags.length === 0 ? null : (
          <Fact term="Tags">
            {target.tags.map((tag) => (
              <span key={tag} class="tag">
                {tag}
              </span>
            ))}
          </Fact>
        )}
      </dl>
    </section>
  )
}

function Certificate({ certificate }: { readonly certificate: NonNullable<Target['certificate']> }): VNode {
  const { subject, issuer, validTo } = certificate
  const left = validTo - now.value
  return (
    <Fact term="Certificate">
      <span class={left < CERTIFICATE_DAYS * DAY_MS ? 'is-warning' : ''}>
        {left < 0 ? `ended ${coarse(-left)} ago` : `${coarse(left)} left`}
      </span>
      <span class="quiet">, until {times.exact(validTo)}</span>
      <span class="fact-more">
        {subject}, by {issuer}
      </span>
    </Fact>
  )
}

function Fact({ term, children }: { readonly term: string; readonly children: ComponentChildren }): VNode {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}
