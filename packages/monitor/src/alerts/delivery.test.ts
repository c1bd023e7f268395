import { createFakeClock, type FakeClock } from 'hale/testing'
import fc from 'fast-check'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { anOutbox, type Producer } from '../../test/outbox.ts'
import type { Channel, Delivery, SendContext } from '../channels/channel.ts'
import type { Message, Notification } from '../model.ts'
import type { Store } from '../store/store.ts'
import { createDelivery, MOST_AT_ONCE, type DeliveryLoop, type DeliveryOptions } from './delivery.ts'

type Answer = (message: Message, context: SendContext) => Delivery | Promise<Delivery>

interface Sent {
  readonly key: string
  readonly at: number
  readonly message: Message
}

interface Scripted extends Channel {
  readonly sent: Sent[]
  answer: Answer
}

interface World {
  readonly clock: FakeClock
  readonly store: Store
  readonly producer: Producer
  readonly log: string[]
  start(options?: Partial<DeliveryOptions>): DeliveryLoop
  channel(name: string, answer?: Answer): Scripted
  notifications(): Promise<readonly (Notification & { readonly details: readonly string[] })[]>
}

const taken: Delivery = { outcome: 'delivered', detail: 'HTTP 200' }
const busy: Delivery = { outcome: 'retry', detail: 'HTTP 503' }
const lost: Delivery = { outcome: 'ambiguous', detail: 'no answer in time' }
const gone: Delivery = { outcome: 'permanent', detail: 'HTTP 404' }

describe('delivery', () => {
  it('M3: a notification is marked delivered only after the channel took it', async () => {
    const world = await aWorld()
    const taking = Promise.withResolvers<Delivery>()
    const hook = world.channel('hook', () => taking.promise)
    await world.producer.open('payments', ['hook'])
    const loop = world.start()
    await world.clock.advance('1s')
    expect(hook.sent.map(({ key }) => key)).toEqual(['payments-1:1:hook'])
    expect(await world.notifications()).toMatchObject([{ status: 'pending', details: [] }])
    taking.resolve(taken)
    await loop.idle()
    expect(await world.notifications()).toMatchObject([{ status: 'delivered', details: ['HTTP 200'] }])
  })

  it('M4: retries back off, keep the key, and come no sooner than the receiver asked for', async () => {
    const world = await aWorld()
    const answers = [busy, busy, { ...busy, retryAfterMs: 60_000 }, taken]
    const hook = world.channel('hook', () => answers.shift() ?? gone)
    await world.producer.open('payments', ['hook'])
    world.start({ random: () => 1 })
    await world.clock.advance('2m')
    const [first = 0, ...later] = hook.sent.map(({ at }) => at)
    expect(later.map((at) => at - first)).toEqual([1_000, 3_000, 63_000])
    expect(new Set(hook.sent.map(({ key }) => key))).toEqual(new Set(['payments-1:1:hook']))
    expect(await world.notifications()).toMatchObject([
      { status: 'delivered', details: ['HTTP 503', 'HTTP 503', 'HTTP 503', 'HTTP 200'] },
    ])
  })

  it('M4: a permanent error stops at once and is shown; what comes after it goes on', async () => {
    const world = await aWorld()
    const hook = world.channel('hook', ({ target }) => (target.id === 'payments' ? gone : taken))
    await world.producer.open('payments', ['hook'])
    const loop = world.start()
    await loop.idle()
    await world.producer.open('orders', ['hook'])
    await loop.idle()
    await world.clock.advance('1h')
    expect(hook.sent).toHaveLength(2)
    expect(await world.notifications()).toMatchObject([
      { key: 'payments-1:1:hook', status: 'dead', details: ['HTTP 404'] },
      { key: 'orders-2:1:hook', status: 'delivered' },
    ])
    expect(world.log.filter((line) => line.includes('given up'))).toHaveLength(1)
  })

  it('M4: a channel that comes back gets one truthful digest in order', async () => {
    const world = await aWorld()
    const hook = world.channel('hook', () => busy)
    await world.producer.open('payments', ['hook'])
    world.start({ random: () => 1 })
    await world.clock.advance('3m')
    await world.producer.open('orders', ['hook'])
    await world.clock.advance('4m')
    await world.producer.resolve('payments', ['hook'])
    hook.answer = () => taken
    hook.sent.length = 0
    await world.clock.advance('10m')
    expect(hook.sent).toHaveLength(1)
    const [digest] = hook.sent
    expect(digest?.message.title).toBe(
      'payments was unhealthy for 7 min (00:00–00:07 UTC) and is healthy again; orders is unhealthy since 00:03 UTC',
    )
    expect(digest?.message.parts?.map(({ key }) => key)).toEqual([
      'payments-1:1:hook',
      'orders-2:1:hook',
      'payments-1:2:hook',
    ])
    const notifications = await world.notifications()
    expect(notifications.filter(({ status }) => status === 'delivered').map(({ key }) => key)).toEqual([digest?.key])
    expect(notifications.filter(({ status }) => status === 'superseded')).toSatisfy((folded: readonly Notification[]) =>
      folded.every(({ foldedInto }) => foldedInto === digest?.key),
    )
  })

  it('M4: a long outage comes as digests of at most 50 messages, in order, however often they were folded', async () => {
    const world = await aWorld()
    const hook = world.channel('hook', () => busy)
    const open: string[] = []
    world.start({ random: () => 1 })
    for (let i = 0; i < 120; i += 1) {
      const target = `t${i % 60}`
      open.push(...(await (i < 60 ? world.producer.open(target, ['hook']) : world.producer.resolve(target, ['hook']))))
      await world.clock.advance('20s')
    }
    hook.sent.length = 0
    hook.answer = () => taken
    await world.clock.advance('10m')
    const sizes = hook.sent.map(({ message }) => message.parts?.length ?? 1)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MOST_AT_ONCE)
    expect(sizes.length).toBeLessThanOrEqual(5)
    expect(hook.sent.flatMap(({ key, message }) => message.parts?.map((part) => part.key) ?? [key])).toEqual(open)
  })

  it('M4: what may have arrived is sent again alone, under its own key, before the rest', async () => {
    const world = await aWorld()
    const hook = world.channel('hook', () => lost)
    await world.producer.open('payments', ['hook'])
    world.start({ random: () => 1 })
    await world.clock.advance('500ms')
    await world.producer.open('orders', ['hook'])
    await world.producer.open('legacy', ['hook'])
    hook.answer = () => taken
    await world.clock.advance('5s')
    expect(hook.sent.map(({ key, message }) => [key, message.kind])).toEqual([
      ['payments-1:1:hook', 'firing'],
      ['payments-1:1:hook', 'firing'],
      ['legacy-3:1:hook:digest', 'digest'],
    ])
    expect(JSON.stringify(hook.sent[1]?.message)).toBe(JSON.stringify(hook.sent[0]?.message))
  })

  it('M4: news about a dead channel do not make it be tried more often', async () => {
    const world = await aWorld()
    const hook = world.channel('hook', () => busy)
    world.start({ random: () => 1 })
    for (let i = 0; i < 60; i += 1) {
      await world.producer.open(`t${i}`, ['hook'])
      await world.clock.advance('10s')
    }
    // 1 + 2 + 4 + … s: the tenth try would be the first after more than 8 minutes.
    expect(hook.sent.length).toBeLessThanOrEqual(10)
  })

  it('M4: is given up after a day, and says so', async () => {
    const world = await aWorld()
    const hook = world.channel('hook', () => busy)
    await world.producer.open('payments', ['hook'])
    world.start({ random: () => 1 })
    await world.clock.advance('2d')
    const [payments] = await world.notifications()
    expect(payments?.status).toBe('dead')
    expect(payments?.details.at(-1)).toBe('HTTP 503; given up after 24 h')
    const [first, last] = [hook.sent.at(0)?.at ?? 0, hook.sent.at(-1)?.at ?? 0]
    expect(last - first).toBeGreaterThan(23.9 * 3_600_000)
    expect(last - first).toBeLessThanOrEqual(24 * 3_600_000)
  })

  it('M1: a slow channel delays no other, and is answered for at its deadline', async () => {
    const world = await aWorld()
    const deaf = world.channel('deaf', () => new Promise<Delivery>(() => {}))
    const hook = world.channel('hook')
    await world.producer.open('payments', ['deaf', 'hook'])
    world.start({ random: () => 1 })
    await world.clock.advance('500ms')
    await world.producer.resolve('payments', ['deaf', 'hook'])
    await world.clock.advance('1s')
    expect(deaf.sent).toHaveLength(1)
    await world.clock.advance('28s')
    expect(hook.sent.map(({ message }) => message.kind)).toEqual(['firing', 'resolved'])
    const tries = (await world.notifications()).find(({ key }) => key === 'payments-1:1:deaf')
    expect(tries).toMatchObject({ status: 'pending', ambiguous: true })
    expect(tries?.details[0]).toBe('no answer in time')
  })

  it('M12: a sender that was frozen past its lock writes nothing', async () => {
    const world = await aWorld()
    const taking = Promise.withResolvers<Delivery>()
    let frozenMs = 0
    const { clock } = world
    const thawed = { ...clock, now: () => clock.now() + frozenMs, after: clock.after.bind(clock) }
    world.channel('hook', () => taking.promise)
    await world.producer.open('payments', ['hook'])
    world.start({ clock: thawed })
    await clock.advance('1s')
    frozenMs = 31_000
    taking.resolve(taken)
    await clock.advance('1s')
    expect(await world.notifications()).toMatchObject([{ status: 'pending', details: [] }])
    expect(world.log.join('\n')).toContain('the lock was lost')
    // The lock lapses and it is sent again, under the same key.
    await clock.advance('1m')
    expect(await world.notifications()).toMatchObject([{ status: 'delivered', ambiguous: true }])
  })

  it('M3: a failing store stops nothing for good, and is one line in the log', async () => {
    const world = await aWorld()
    const hook = world.channel('hook')
    let broken = true
    const claimOutbox: Store['claimOutbox'] = (...given) =>
      broken ? Promise.reject(new Error('disk full')) : world.store.claimOutbox(...given)
    await world.producer.open('payments', ['hook'])
    world.start({ store: { ...world.store, claimOutbox } })
    await world.clock.advance('1m')
    expect(hook.sent).toEqual([])
    broken = false
    await world.clock.advance('10s')
    expect(hook.sent).toHaveLength(1)
    expect(world.log.filter((line) => line.includes('disk full'))).toHaveLength(1)
  })

  it('M3: an outcome that cannot be written at once is written while the lock holds', async () => {
    const world = await aWorld()
    const hook = world.channel('hook')
    let failures = 3
    const settle: Store['settle'] = (...given) =>
      (failures -= 1) >= 0 ? Promise.reject(new Error('disk full')) : world.store.settle(...given)
    await world.producer.open('payments', ['hook'])
    world.start({ store: { ...world.store, settle } })
    await world.clock.advance('20s')
    expect(hook.sent).toHaveLength(1)
    expect(await world.notifications()).toMatchObject([{ status: 'delivered' }])
  })

  it('M5: what is meant for a channel that is no longer configured is dead, and says why', async () => {
    const world = await aWorld()
    await world.producer.open('payments', ['pager'])
    await world.start().idle()
    expect(await world.notifications()).toMatchObject([
      { status: 'dead', details: ['no channel is called pager any more'] },
    ])
  })

  it('M10: closing stops what is under way; the next process sends it with the same key', async () => {
    const world = await aWorld()
    const hook = world.channel('hook', (_message, { signal }) => {
      const stopped = Promise.withResolvers<Delivery>()
      signal.addEventListener('abort', () => stopped.resolve(lost))
      return stopped.promise
    })
    await world.producer.open('payments', ['hook'])
    const first = world.start()
    await world.clock.advance('1s')
    await first.close()
    expect(await world.notifications()).toMatchObject([{ status: 'pending', ambiguous: true }])
    hook.answer = () => taken
    world.start({ worker: 'next' })
    await world.clock.advance('5s')
    expect(hook.sent.map(({ key }) => key)).toEqual(['payments-1:1:hook', 'payments-1:1:hook'])
    expect(await world.notifications()).toMatchObject([{ status: 'delivered' }])
  })

  it('M4: whatever the channel answers, nothing is lost, nothing overtakes, and repeats are the same', async () => {
    const answers = fc.infiniteStream(
      fc.oneof(
        { weight: 3, arbitrary: fc.constant(taken) },
        { weight: 2, arbitrary: fc.constant(busy) },
        { weight: 1, arbitrary: fc.constant(lost) },
      ),
    )
    const steps = fc.array(fc.record({ target: fc.nat(3), waitS: fc.nat(8) }), { minLength: 1, maxLength: 20 })
    const world = await aWorld()
    let run = 0
    await fc.assert(
      fc.asyncProperty(steps, answers, async (all, script) => {
        const name = `hook ${(run += 1)}`
        // A lost answer: half of the time the receiver took it all the same.
        const received: Sent[] = []
        const hook = world.channel(name, (message, { key }) => {
          const next = script.next().value ?? taken
          if (next === taken || (next === lost && received.length % 2 === 0)) {
            received.push({ key, message, at: world.clock.wall() })
          }
          return next
        })
        const loop = world.start()
        const failing = new Set<number>()
        for (const { target, waitS } of all) {
          if (failing.delete(target)) await world.producer.resolve(`t${target}`, [name])
          else {
            failing.add(target)
            await world.producer.open(`t${target}`, [name])
          }
          await world.clock.advance(waitS * 1_000)
        }
        hook.answer = (message, { key }) => {
          received.push({ key, message, at: world.clock.wall() })
          return taken
        }
        await world.clock.advance('10m')
        for (const target of failing) await world.producer.resolve(`t${target}`, [])

        await loop.close()
        const notifications = (await world.notifications()).filter(({ channel }) => channel === name)
        expect(notifications.filter(({ status }) => status !== 'delivered' && status !== 'superseded')).toEqual([])
        const made = notifications.filter(({ message }) => message.kind !== 'digest').map(({ key }) => key)
        const arrived = received.flatMap(({ key, message }) => message.parts?.map((part) => part.key) ?? [key])
        // First arrivals come in the order in which they were made: nothing lost, nothing overtaken.
        expect([...new Set(arrived)]).toEqual(made)
        const bytes = Map.groupBy(received, ({ key }) => key)
        for (const [, repeats] of bytes)
          expect(new Set(repeats.map(({ message }) => JSON.stringify(message))).size).toBe(1)
      }),
      { numRuns: 50 },
    )
  })
})

async function aWorld(): Promise<World> {
  const clock = createFakeClock()
  const outbox = await anOutbox(clock)
  const { store, producer } = outbox
  const channels: Scripted[] = []
  const loops: DeliveryLoop[] = []
  const log: string[] = []
  onTestFinished(async () => {
    const closing = Promise.all(loops.map((loop) => loop.close()))
    await clock.advance('5s')
    await closing
    await outbox[Symbol.asyncDispose]()
  })
  return {
    clock,
    store,
    producer,
    log,
    start(options) {
      const logger = pino({ level: 'info' }, { write: (line) => void log.push(line) })
      const loop = createDelivery({ store, channels, clock, worker: 'sender', logger, ...options })
      loops.push(loop)
      return loop
    },
    channel(name, answer = () => taken) {
      const channel: Scripted = {
        name,
        kind: 'scripted',
        idempotency: 'key',
        sent: [],
        answer,
        async send(message, context) {
          channel.sent.push({ key: context.key, at: clock.wall(), message })
          return channel.answer(message, context)
        },
        async [Symbol.asyncDispose]() {},
      }
      channels.push(channel)
      return channel
    },
    async notifications() {
      const found = await store.history.notifications({ limit: 1_000 })
      return found
        .map(({ notification, attempts }) => ({ ...notification, details: attempts.map(({ detail }) => detail) }))
        .toReversed()
    },
  }
}
