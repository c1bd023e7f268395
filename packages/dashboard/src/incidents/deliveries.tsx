import type { ApiNotification } from '@hale/contract'
import type { VNode } from 'preact'
import { now } from '../live/live.ts'
import { Ago } from '../ui/time.tsx'
import { responseTime, span } from '../words/duration.ts'
import { times } from '../words/time.ts'

interface DeliveriesProps {
  readonly notifications: readonly ApiNotification[] | undefined
  readonly error: Error | undefined
}

const STATES: Readonly<Record<ApiNotification['status'], string>> = {
  pending: 'waiting',
  delivered: 'delivered',
  dead: 'given up',
  superseded: 'not needed any more',
}

const OUTCOMES: Readonly<Record<ApiNotification['attempts'][number]['outcome'], string>> = {
  delivered: 'taken',
  retry: 'not taken, will be tried again',
  permanent: 'refused for good',
  ambiguous: 'no answer, may have arrived',
}

/** Who was told, and every attempt at it. */
export function Deliveries({ notifications, error }: DeliveriesProps): VNode {
  return (
    <section class="panel" aria-labelledby="deliveries-title">
      <header class="panel-head">
        <h2 id="deliveries-title">Who was told</h2>
      </header>
      {error === undefined ? null : <p class="problem">{error.message}</p>}
      {notifications?.length === 0 ? <p class="quiet">Nobody: no channel is set up for this target.</p> : null}
      <ul class="deliveries">
        {notifications?.map((notification) => (
          <Delivery key={notification.key} notification={notification} />
        ))}
      </ul>
    </section>
  )
}

function Delivery({ notification }: { readonly notification: ApiNotification }): VNode {
  const { channel, kind, title, status, attempts, createdAt, nextAt, foldedInto } = notification
  return (
    <li class={`delivery is-${status}`}>
      <p class="delivery-head">
        <strong>{channel}</strong>
        <span class={`delivery-state is-${status}`}>{STATES[status]}</span>
        <span class="quiet">
          {kind}, made <Ago at={createdAt} />
        </span>
      </p>
      <p>{title}</p>
      {foldedInto === null ? null : <p class="quiet">Sent as part of a digest.</p>}
      {status === 'pending' && nextAt !== null ? (
        <p class="quiet">{nextAt > now.value ? `Next try in ${span(nextAt - now.value)}.` : 'Being sent now.'}</p>
      ) : null}
      {attempts.length === 0 ? null : <Attempts of={channel} attempts={attempts} />}
    </li>
  )
}

interface AttemptsProps {
  readonly of: string
  readonly attempts: ApiNotification['attempts']
}

function Attempts({ of, attempts }: AttemptsProps): VNode {
  return (
    <table class="table is-compact">
      <caption class="hidden">Attempts to reach {of}</caption>
      <thead class="hidden">
        <tr>
          <th scope="col">At</th>
          <th scope="col">Outcome</th>
          <th scope="col">Answer</th>
          <th scope="col">Took</th>
        </tr>
      </thead>
      <tbody>
        {attempts.map((attempt, place) => (
          <tr key={place}>
            <th scope="row">
              <time dateTime={new Date(attempt.at).toISOString()} title={times.exact(attempt.at)}>
                {times.second(attempt.at)}
              </time>
            </th>
            <td>{OUTCOMES[attempt.outcome]}</td>
            <td class="cell-text">{attempt.detail}</td>
            <td>{responseTime(attempt.tookMs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
