/**
 * The mistake that the verdict must find: the real store, webhook channels and delivery loop, but what is claimed is
 * marked as delivered before it is sent. A producer commits incidents as fast as it can, until the process is killed.
 * Waits, with everything loaded, to be told what to do by one line of JSON on its standard input.
 */
import { systemClock, type Clock } from 'hale'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { createDelivery } from '../../src/alerts/delivery.ts'
import { webhookChannel } from '../../src/channels/webhook.ts'
import { createGuard } from '../../src/probes/guard.ts'
import { openSqliteStore } from '../../src/store/sqlite/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import { createProducer } from '../outbox.ts'
import { seeded } from './random.ts'

export interface SenderOrders {
  readonly database: string
  readonly url: string
  readonly seed: number
  /** Milliseconds by which this process' wall clock is ahead: what was locked by the one before has lapsed by then. */
  readonly aheadMs: number
  readonly task: 'produce' | 'drain'
}

const CHANNELS = ['hook', 'pager']

const orders = JSON.parse(await text(process.stdin)) as SenderOrders
const random = seeded(orders.seed)
const clock: Clock = {
  ...systemClock,
  wall: () => Date.now() + orders.aheadMs,
}
const worker = `sender-${orders.seed}`
const store = await openSqliteStore({ path: orders.database, clock, shards: 1 })
const guard = createGuard({ private: true, allow: [] })
const channels = CHANNELS.map((name) => ({
  name,
  kind: webhookChannel.kind,
  idempotency: webhookChannel.idempotency,
  ...webhookChannel.open({ url: `${orders.url}/${name}` }, { print: () => {}, colour: false, guard, clock }),
}))
const loop = createDelivery({
  store: markingBeforeSending(store),
  channels,
  clock,
  worker,
  logger: pino({ level: 'silent' }),
  random,
})

if (orders.task === 'produce') await produce()
else await drain()

/** Opens and resolves incidents until killed. */
async function produce(): Promise<never> {
  const producer = await createProducer(store, clock)
  process.stdout.write('ready\n')
  for (;;) {
    const target = `t${Math.floor(random() * 10)}`
    const failing = producer.failing.has(target)
    await (failing ? producer.resolve(target, CHANNELS) : producer.open(target, CHANNELS))
    loop.wake()
    await sleep(random() * 40)
  }
}

/** Delivers all there is, then ends. */
async function drain(): Promise<void> {
  do {
    await loop.idle()
    await sleep(50)
  } while ((await store.nextDelivery()) !== undefined)
  await loop.close()
  await store[Symbol.asyncDispose]()
}

function markingBeforeSending(store: Store): Store {
  return {
    ...store,
    async claimOutbox(by, _max, lockMs) {
      const claimed = await store.claimOutbox(by, 1, lockMs)
      const settlements = claimed.map(({ key }) => ({
        attempt: { key, at: clock.wall(), outcome: 'delivered' as const, detail: 'not yet', tookMs: 0 },
        next: { to: 'delivered' as const },
      }))
      await store.settle(by, settlements)
      return claimed
    },
    settle: async () => [],
  }
}
