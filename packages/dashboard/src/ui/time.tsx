import type { VNode } from 'preact'
import { now } from '../live/live.ts'
import { ago, span } from '../words/duration.ts'
import { times } from '../words/time.ts'

interface At {
  readonly at: number
}

/** `4 min ago`, the exact instant on hover. */
export function Ago({ at }: At): VNode {
  return <Instant at={at} words={ago(now.value - at)} />
}

/** `14:02`, the exact instant on hover. */
export function Clock({ at }: At): VNode {
  return <Instant at={at} words={times.at(at, now.value)} />
}

/** How long something has lasted, or did: `23 min`. */
export function Lasting({ from, to }: { readonly from: number; readonly to?: number | null | undefined }): VNode {
  return <Instant at={from} words={span((to ?? now.value) - from)} />
}

function Instant({ at, words }: At & { readonly words: string }): VNode {
  return (
    <time dateTime={new Date(at).toISOString()} title={times.exact(at)}>
      {words}
    </time>
  )
}
