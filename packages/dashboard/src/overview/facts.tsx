import type { TargetSummary } from '@hale/contract'
import type { VNode } from 'preact'
import { Icon } from '../ui/icon.tsx'
import { responseTime } from '../words/duration.ts'
import { certificateWarning, componentCount, coverage, uptimeInWords, uptimeShare } from '../words/figures.ts'

interface Of {
  readonly target: TargetSummary
}

export function ResponseTime({ target }: Of): VNode {
  return (
    <span class="figure" title="What the last check took, until an answer or a failure">
      <span class="hidden">Last check took </span>
      {responseTime(target.durationMs)}
    </span>
  )
}

/** Uptime never stands without its coverage (M7). */
export function UptimeFigure({ uptime }: { readonly uptime: TargetSummary['uptime'] }): VNode {
  const seen = coverage(uptime)
  return (
    <span class="figure" title={uptimeInWords(uptime)}>
      <span class="hidden">Uptime in 24 hours </span>
      {uptimeShare(uptime)}
      {seen === '' ? null : <span class="quiet"> · {seen}</span>}
    </span>
  )
}

/** Said only while a certificate is about to end. */
export function CertificateNote({ target }: Of): VNode | null {
  const words = certificateWarning(target.certificateDaysLeft)
  if (words === undefined) return null
  return (
    <span class="figure is-warning">
      <Icon name="calendar" />
      {words}
    </span>
  )
}

/** Components and certificate: said when there is something to say. */
export function Extras({ target }: Of): VNode {
  const components = componentCount(target.components)
  return (
    <>
      {components === undefined ? null : (
        <span class={target.components.notHealthy > 0 ? 'figure is-wrong' : 'figure quiet'}>{components}</span>
      )}
      <CertificateNote target={target} />
    </>
  )
}
