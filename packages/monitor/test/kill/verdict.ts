import type { Incident, IncidentEvent, Message, Notification } from '../../src/model.ts'
import type { Received } from './receiver.ts'

/** What the store holds once its outbox has been emptied. */
export interface Kept {
  /** In the order in which they were made. */
  readonly notifications: readonly Notification[]
  readonly incidents: readonly { readonly incident: Incident; readonly events: readonly IncidentEvent[] }[]
}

/**
 * What is wrong with what was received. Nothing, if alerts are delivered at least once, in order, and repeated only under
 * the same key with the same bytes (M3, M4).
 */
export function findFaults({ notifications, incidents }: Kept, received: readonly Received[]): readonly string[] {
  const byKey = new Map(notifications.map((notification) => [notification.key, notification]))
  const channels = [...new Set(notifications.map(({ channel }) => channel))]
  return [
    ...notifications.flatMap((notification) => faultsOf(notification, byKey)),
    ...lost(notifications, received),
    ...incidents.flatMap(({ incident, events }) =>
      channels.flatMap((channel) => untold(incident, events, channel, received)),
    ),
    ...differing(received),
    ...twofold(received),
    ...inverted(notifications, received),
  ]
}

/** Delivered, or folded into a digest that was delivered and names it. */
function faultsOf(
  { key, status, foldedInto }: Notification,
  byKey: ReadonlyMap<string, Notification>,
): readonly string[] {
  if (status === 'delivered') return []
  if (status !== 'superseded') return [`left over: ${key} is ${status}`]
  const digest = byKey.get(foldedInto ?? '')
  const named = digest?.message.parts?.some((part) => part.key === key) === true || isDigest(key, byKey)
  return digest?.status === 'delivered' && named ? [] : [`wrongly folded: ${key} into ${foldedInto}`]
}

function lost(notifications: readonly Notification[], received: readonly Received[]): readonly string[] {
  const arrived = new Set(received.flatMap(({ channel, keys }) => keys.map((key) => `${channel} ${key}`)))
  return notifications
    .filter(({ channel, key, message }) => message.kind !== 'digest' && !arrived.has(`${channel} ${key}`))
    .map(({ key }) => `lost: ${key}`)
}

/** What an event of an incident has told of it. */
const TOLD_AS: Readonly<Partial<Record<IncidentEvent['kind'], Message['kind']>>> = {
  opened: 'firing',
  worsened: 'update',
  resolved: 'resolved',
}

/** The same asked of the incidents, whatever the outbox says that there was to send. */
function untold(
  { id }: Incident,
  events: readonly IncidentEvent[],
  channel: string,
  received: readonly Received[],
): readonly string[] {
  const arrived = new Map(
    received
      .filter((request) => request.channel === channel)
      .flatMap(({ messages }) => messages)
      .filter(({ incident }) => incident.id === id)
      .map(({ key, kind }) => [key, kind]),
  )
  const expected = events.flatMap(({ kind }) => TOLD_AS[kind] ?? []).join()
  const heard = [...arrived.values()].join()
  return heard === expected ? [] : [`untold: ${channel} heard ${heard} of ${id}, not ${expected}`]
}

function differing(received: readonly Received[]): readonly string[] {
  const bodies = Map.groupBy(received, ({ channel, key }) => `${channel} ${key}`)
  return [...bodies]
    .filter(([, repeats]) => new Set(repeats.map(({ body }) => body)).size > 1)
    .map(([key]) => `repeated with other bytes: ${key}`)
}

/** A message that came by itself and in a digest, or in two digests, is a repeat that its receiver cannot know. */
function twofold(received: readonly Received[]): readonly string[] {
  const carriers = new Map<string, string>()
  return received.flatMap(({ channel, key, keys }) =>
    keys.flatMap((part) => {
      const name = `${channel} ${part}`
      const before = carriers.get(name) ?? key
      carriers.set(name, key)
      return before === key ? [] : [`repeated under another key: ${name} in ${before} and ${key}`]
    }),
  )
}

/** Each channel's first arrivals must come in the order in which the messages were made. */
function inverted(notifications: readonly Notification[], received: readonly Received[]): readonly string[] {
  const places = new Map(notifications.map(({ key }, place) => [key, place]))
  const faults: string[] = []
  for (const [, taken] of Map.groupBy(received, ({ channel }) => channel)) {
    const firsts = [...new Set(taken.flatMap(({ keys }) => keys))]
    for (const [index, key] of firsts.entries()) {
      const before = firsts[index - 1]
      if (before !== undefined && (places.get(key) ?? -1) <= (places.get(before) ?? -1)) {
        faults.push(`overtaken: ${key} came after ${before}`)
      }
    }
  }
  return faults
}

function isDigest(key: string, byKey: ReadonlyMap<string, Notification>): boolean {
  return byKey.get(key)?.message.kind === 'digest'
}
