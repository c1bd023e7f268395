import type { Notification } from '../../src/model.ts'
import type { Received } from './receiver.ts'

/**
 * What is wrong with what was received, given what the outbox holds once it has been emptied. Nothing, if alerts are
 * delivered at least once, in order, and repeated only under the same key with the same bytes (M3, M4).
 */
export function findFaults(notifications: readonly Notification[], received: readonly Received[]): readonly string[] {
  const byKey = new Map(notifications.map((notification) => [notification.key, notification]))
  return [
    ...notifications.flatMap((notification) => faultsOf(notification, byKey)),
    ...lost(notifications, received),
    ...differing(received),
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

function differing(received: readonly Received[]): readonly string[] {
  const bodies = Map.groupBy(received, ({ channel, key }) => `${channel} ${key}`)
  return [...bodies]
    .filter(([, repeats]) => new Set(repeats.map(({ body }) => body)).size > 1)
    .map(([key]) => `repeated with other bytes: ${key}`)
}

/** Each channel's first arrivals must come in the order in which the messages were made. */
function inverted(notifications: readonly Notification[], received: readonly Received[]): readonly string[] {
  const createdAt = new Map(notifications.map((notification) => [notification.key, notification.createdAt]))
  const faults: string[] = []
  for (const [, taken] of Map.groupBy(received, ({ channel }) => channel)) {
    const firsts = [...new Set(taken.flatMap(({ keys }) => keys))]
    for (const [index, key] of firsts.entries()) {
      const before = firsts[index - 1]
      if (before !== undefined && (createdAt.get(key) ?? 0) <= (createdAt.get(before) ?? 0)) {
        faults.push(`overtaken: ${key} came after ${before}`)
      }
    }
  }
  return faults
}

function isDigest(key: string, byKey: ReadonlyMap<string, Notification>): boolean {
  return byKey.get(key)?.message.kind === 'digest'
}
