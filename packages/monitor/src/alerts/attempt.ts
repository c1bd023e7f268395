import type { Clock } from 'hale'
import type { Channel, Delivery } from '../channels/channel.ts'
import type { Notification } from '../model.ts'
import type { Settlement } from '../store/store.ts'
import { retryDelayMs } from './backoff.ts'

/** Milliseconds one try may take. */
const DEADLINE_MS = 10_000
/** Milliseconds that a channel is given to answer once it has been told to stop. */
const GRACE_MS = 2_000
/** Milliseconds after which a try is over in any case. */
export const LONGEST_TRY_MS: number = DEADLINE_MS + GRACE_MS
/** After this long without success a notification is given up, and shown as dead. */
const GIVE_UP_MS = 24 * 3_600_000

/**
 * Tries once to deliver, and is back after {@link LONGEST_TRY_MS} at the latest, whatever the channel does. Never rejects.
 *
 * @param stop aborts when the monitor stops.
 */
export async function attempt(
  channel: Channel,
  { key, message }: Notification,
  { clock, stop }: { readonly clock: Clock; readonly stop: AbortSignal },
): Promise<Delivery> {
  const late = new AbortController()
  const deadline = clock.after(DEADLINE_MS, () => late.abort())
  const given = Promise.withResolvers<Delivery>()
  const signal = AbortSignal.any([late.signal, stop])
  let grace = deadline
  signal.addEventListener('abort', () => {
    grace = clock.after(GRACE_MS, () => given.resolve({ outcome: 'ambiguous', detail: 'no answer in time' }))
  })
  try {
    return await Promise.race([channel.send(message, { key, signal }), given.promise])
  } catch {
    // A channel that throws is at fault itself; nobody knows how far it got.
    return { outcome: 'ambiguous', detail: 'the channel failed' }
  } finally {
    deadline.cancel()
    grace.cancel()
  }
}

/** What is written down of one try. */
export interface Tried {
  readonly delivery: Delivery
  /** Wall time at which it ended. */
  readonly at: number
  readonly tookMs: number
  /** How many tries in a row failed on this channel, this one included: a digest starts anew, its channel does not. */
  readonly failures: number
}

/** What becomes of a notification after one try: done, dead, or when to try again. Pure but for `random`. */
export function toSettlement(notification: Notification, tried: Tried, random: () => number): Settlement {
  const { delivery, at, tookMs, failures } = tried
  const { outcome, detail, retryAfterMs } = delivery
  const told = { key: notification.key, at, outcome, tookMs }
  if (outcome === 'delivered') return { attempt: { ...told, detail }, next: { to: 'delivered' } }
  if (outcome === 'permanent') return { attempt: { ...told, detail }, next: { to: 'dead' } }
  const next = at + retryDelayMs(Math.max(notification.tries, failures), retryAfterMs, random)
  if (next <= notification.createdAt + GIVE_UP_MS)
    return { attempt: { ...told, detail }, next: { to: 'retry', at: next } }
  return { attempt: { ...told, detail: `${detail}; given up after 24 h` }, next: { to: 'dead' } }
}
