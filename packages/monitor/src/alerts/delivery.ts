import type { Clock } from 'hale'
import type { Logger } from 'pino'
import type { Channel } from '../channels/channel.ts'
import type { Notification } from '../model.ts'
import type { Settlement, Store } from '../store/store.ts'
import { attempt, LONGEST_TRY_MS, toSettlement } from './attempt.ts'
import { foldNotifications } from './digest.ts'
import { createPersistence } from './persistence.ts'

/** Milliseconds for which a claim keeps others away; longer than a try can take. */
const LOCK_MS = 30_000
/** How many messages of one channel are folded at once: receivers have limits, and people too. */
export const MOST_AT_ONCE = 50
/** The outbox is looked into this often even if nobody says that something is in it: another process may have put it there. */
const LONGEST_SLEEP_MS = 30_000
const SHORTEST_SLEEP_MS = 100

export interface DeliveryOptions {
  readonly store: Pick<Store, 'claimOutbox' | 'foldOutbox' | 'settle' | 'nextDelivery'>
  readonly channels: readonly Channel[]
  readonly clock: Clock
  /** Name of this process, as it takes its locks. */
  readonly worker: string
  readonly logger: Logger
  /** Called after each try that was written down. Must not throw. */
  readonly onSettled?: (settlement: Settlement, notification: Notification) => void
  /** As Math.random, which is the default. */
  readonly random?: () => number
}

/** Delivers what is in the outbox, for as long as it is open. */
export interface DeliveryLoop extends AsyncDisposable {
  /** Says that something may be due now. */
  wake(): void
  /** Resolves once nothing is under way and nothing is due. */
  idle(): Promise<void>
  /** Claims nothing more, stops what is under way and writes down how that ended. What is left stays in the outbox. */
  close(): Promise<void>
}

/**
 * The outbox loop: claim, fold what belongs together, send, and only then write down that it is done (M3), so that a
 * crash at any point repeats at most what was sent, under the same key (M4). Channels do not wait for each other, and
 * on each there is one try at a time, so nothing overtakes. A failing store stops nothing for good.
 */
export function createDelivery(options: DeliveryOptions): DeliveryLoop {
  const { store, clock, worker, logger, onSettled, random = Math.random } = options
  const channels = new Map(options.channels.map((channel) => [channel.name, channel]))
  const stop = new AbortController()
  const persistence = createPersistence({ clock, logger, stop: stop.signal })
  /** Channels with something under way. */
  const busy = new Map<string, Promise<void>>()
  /** Failed tries in a row on each channel. */
  const failures = new Map<string, number>()
  const idlers: (() => void)[] = []
  let awake = false
  let turning: Promise<void> | undefined
  let alarm = clock.after(0, wake)

  function wake(): void {
    awake = true
    alarm.cancel()
    if (!stop.signal.aborted) turning ??= turn()
  }

  async function turn(): Promise<void> {
    while (awake && !stop.signal.aborted) {
      awake = false
      const sleepMs = await persistence.try(look)
      // While the store fails its own pause is the sleep; otherwise until the next is due, or somebody wakes us.
      alarm.cancel()
      if (sleepMs === undefined) awake = true
      else alarm = clock.after(sleepMs, wake)
    }
    turning = undefined
    if (busy.size === 0 && !awake) for (const resolve of idlers.splice(0)) resolve()
  }

  /** Claims what is due and sets it on its way. Returns how long to sleep. */
  async function look(): Promise<number> {
    const claimedAt = clock.now()
    const claimed = await store.claimOutbox(worker, MOST_AT_ONCE, LOCK_MS)
    for (const [name, batch] of Map.groupBy(claimed, ({ channel }) => channel)) enqueue(name, batch, claimedAt)
    const next = await store.nextDelivery()
    const wait = next === undefined ? LONGEST_SLEEP_MS : next - clock.wall()
    return Math.min(Math.max(wait, SHORTEST_SLEEP_MS), LONGEST_SLEEP_MS)
  }

  /** One at a time on each channel, also when this process was frozen for so long that it claimed the same again. */
  function enqueue(name: string, batch: readonly Notification[], claimedAt: number): void {
    const before = busy.get(name) ?? Promise.resolve()
    const work = before
      .then(() => deliver(batch, claimedAt))
      .finally(() => {
        if (busy.get(name) === work) busy.delete(name)
        wake()
      })
    busy.set(name, work)
  }

  async function deliver(batch: readonly Notification[], claimedAt: number): Promise<void> {
    const locked = await fold(batch, claimedAt)
    if (locked === undefined) return
    const { notification, lockedAt } = locked
    // Frozen in between: by the time the try is over, somebody else may have the lock.
    if (stop.signal.aborted || clock.now() - lockedAt > LOCK_MS - LONGEST_TRY_MS) return

    const began = clock.now()
    const channel = channels.get(notification.channel)
    const delivery =
      channel === undefined
        ? { outcome: 'permanent' as const, detail: `no channel is called ${notification.channel} any more` }
        : await attempt(channel, notification, { clock, stop: stop.signal })
    const failed = delivery.outcome === 'retry' || delivery.outcome === 'ambiguous'
    const inRow = failed ? (failures.get(notification.channel) ?? 0) + 1 : 0
    failures.set(notification.channel, inRow)

    const tried = { delivery, at: clock.wall(), tookMs: clock.now() - began, failures: inRow }
    const settlement = toSettlement(notification, tried, random)
    const settled = await persistence.until(lockedAt + LOCK_MS, () => store.settle(worker, [settlement]))
    if (settled === undefined || settled.length > 0) {
      logger.warn({ key: notification.key }, 'the lock was lost before the outcome was written; it is sent again')
      return
    }
    report(settlement, notification)
  }

  /** What is to be sent of a batch: the one, or one digest for several (M4). Undefined when it cannot be had any more. */
  async function fold(
    batch: readonly Notification[],
    claimedAt: number,
  ): Promise<{ readonly notification: Notification; readonly lockedAt: number } | undefined> {
    const [first] = batch
    if (first === undefined || batch.length === 1) return first && { notification: first, lockedAt: claimedAt }
    return persistence.until(claimedAt + LOCK_MS, async () => {
      const lockedAt = clock.now()
      const keys = batch.map(({ key }) => key)
      return { notification: await store.foldOutbox(worker, keys, foldNotifications(batch), LOCK_MS), lockedAt }
    })
  }

  function report(settlement: Settlement, notification: Notification): void {
    const { attempt, next } = settlement
    const facts = { key: attempt.key, channel: notification.channel, outcome: attempt.outcome, detail: attempt.detail }
    if (next.to === 'dead') logger.error(facts, 'notification not delivered, and given up')
    else if (next.to === 'retry')
      logger.warn({ ...facts, again: new Date(next.at).toISOString() }, 'notification not delivered yet')
    else logger.info(facts, 'notification delivered')
    onSettled?.(settlement, notification)
  }

  async function close(): Promise<void> {
    stop.abort()
    alarm.cancel()
    await turning
    await Promise.all(busy.values())
    for (const resolve of idlers.splice(0)) resolve()
  }

  return {
    wake,
    idle: () =>
      new Promise((resolve) => {
        idlers.push(resolve)
        wake()
        if (stop.signal.aborted) resolve()
      }),
    close,
    [Symbol.asyncDispose]: close,
  }
}
