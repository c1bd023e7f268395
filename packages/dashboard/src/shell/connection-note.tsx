import type { VNode } from 'preact'
import { useComputed } from '@preact/signals'
import { connection, now, picture, reconnect } from '../live/live.ts'
import { Icon } from '../ui/icon.tsx'
import { span } from '../words/duration.ts'
import { times } from '../words/time.ts'

/** Says plainly when what is shown may be old; nothing at all while it is live. */
export function ConnectionNote(): VNode {
  const state = connection.value
  // The announcement names no seconds: it is read out once, not every second.
  const announced = useComputed(() => (connection.value.phase === 'lost' ? 'Live updates lost, trying again.' : ''))
  return (
    <>
      <p class="hidden" role="status">
        {announced}
      </p>
      {state.phase === 'lost' ? <Lost heardAt={state.heardAt} /> : null}
    </>
  )
}

function Lost({ heardAt }: { readonly heardAt: number }): VNode {
  // This computer's clock on both sides; `now` is read only to be drawn every second.
  void now.value
  const shown = picture.value
  return (
    <section class="lost" aria-label="Connection">
      <Icon name="offline" />
      <p>
        <strong>Live updates lost {span(Date.now() - heardAt)} ago, trying again.</strong>{' '}
        {shown === undefined ? 'The monitor does not answer.' : `What you see is from ${times.second(shown.now)}.`}
      </p>
      <button type="button" class="button" onClick={reconnect}>
        Try now
      </button>
    </section>
  )
}
