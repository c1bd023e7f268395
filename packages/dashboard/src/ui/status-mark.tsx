import type { ApiStatus } from '@hale/contract'
import type { VNode } from 'preact'

// Each status has a shape of its own (from Lucide, ISC licence): it is told apart without colour.
const CIRCLE = 'M22 12a10 10 0 1 1-20 0 10 10 0 0 1 20 0'
const SHAPES: Readonly<Record<ApiStatus, readonly [shape: string, sign: string]>> = {
  healthy: [CIRCLE, 'm16 9-5.500 5.500L8 12'],
  degraded: ['m21.730 18-8-14a2 2 0 0 0-3.480 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.730-3', 'M12 9v4M12 17h.01'],
  unhealthy: [
    'M2.586 16.726A2 2 0 0 1 2 15.312V8.688a2 2 0 0 1 .586-1.414l4.688-4.688A2 2 0 0 1 8.688 2h6.624a2 2 0 0 1 1.414.586l4.688 4.688A2 2 0 0 1 22 8.688v6.624a2 2 0 0 1-.586 1.414l-4.688 4.688a2 2 0 0 1-1.414.586H8.688a2 2 0 0 1-1.414-.586z',
    'm15 9-6 6M9 9l6 6',
  ],
  unknown: [CIRCLE, 'M9.090 9a3 3 0 0 1 5.830 1c0 2-3 3-3 3M12 17h.01'],
  maintenance: [CIRCLE, 'M10 15V9M14 15V9'],
  skipped: [CIRCLE, 'M8 12h8'],
}

/** A status as a shape. The word stands beside it, so it is hidden from screen readers. */
export function StatusMark({ status }: { readonly status: ApiStatus }): VNode {
  const [shape, sign] = SHAPES[status]
  return (
    <svg class={`mark is-${status}`} viewBox="0 0 24 24" aria-hidden="true">
      <path class="mark-shape" d={shape} />
      <path class="mark-sign" d={sign} />
    </svg>
  )
}

/** A status as shape and word. */
export function StatusLabel({ status }: { readonly status: ApiStatus }): VNode {
  return (
    <span class={`status is-${status}`}>
      <StatusMark status={status} />
      {status}
    </span>
  )
}
