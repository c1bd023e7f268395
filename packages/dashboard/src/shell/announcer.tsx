import { effect, signal } from '@preact/signals'
import type { VNode } from 'preact'
import { useEffect } from 'preact/hooks'
import { picture, targets } from '../live/live.ts'
import { times } from '../words/time.ts'
import { verdict } from '../words/verdict.ts'

const words = signal('')

/** Tells screen readers when the verdict changes, and only then: not at the start, not as time passes. */
export function VerdictAnnouncer(): VNode {
  useEffect(() => {
    let known: string | undefined
    return effect(() => {
      const shown = picture.value
      if (shown === undefined) return
      const { headline, detail, status } = verdict(targets.value, shown.now, times)
      const said = status === 'healthy' ? headline : `${headline}: ${detail}`
      const before = known
      known = headline
      if (before !== undefined && before !== headline) words.value = said
    })
  }, [])
  return (
    <p class="hidden" role="status" aria-live="polite">
      {words}
    </p>
  )
}
