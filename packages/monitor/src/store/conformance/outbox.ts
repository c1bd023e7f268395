import { expect, it } from 'vitest'
import type { Attempt } from '../../model.ts'
import type { NewNotification, Settlement } from '../store.ts'
import { incident, LOCK, notice, START, tickOf } from './rows.ts'
import { watchOne, type MakePlace, type Watched } from './stage.ts'

const keysOf = (notifications: readonly { readonly key: string }[]): readonly string[] =>
  notifications.map(({ key }) => key)
const attempt = (key: string, outcome: Attempt['outcome'] = 'delivered'): Attempt => ({
  key,
  at: START + 5,
  outcome,
  detail: 'HTTP 200',
  tookMs: 12.5,
})
const delivered = (key: string): Settlement => ({ attempt: attempt(key), next: { to: 'delivered' } })
const retry = (key: string, at: number, outcome: Attempt['outcome'] = 'retry'): Settlement => ({
  attempt: attempt(key, outcome),
  next: { to: 'retry', at },
})

async function withOutbox(makePlace: MakePlace, notifications: readonly NewNotification[]): Promise<Watched> {
  const stage = await watchOne(makePlace)
  await stage.store.commitTicks([tickOf(stage.lease, 0, { incidents: [incident('1-2')], notifications })])
  return stage
}

/** Delivery at least once, in order, by one sender at a time. */
export function outboxConformance(makePlace: MakePlace): void {
  it('hands out the oldest of each channel first, at most so many a channel, all locked', async () => {
    const { store } = await withOutbox(makePlace, [
      notice('1-2', 1, 'a'),
      notice('1-2', 1, 'b'),
      notice('1-2', 2, 'a'),
      notice('1-2', 3, 'a'),
    ])
    const claimed = await store.claimOutbox('s', 2, LOCK)
    expect(keysOf(claimed).toSorted()).toEqual(['1-2:1:a', '1-2:1:b', '1-2:2:a'])
    expect(keysOf(claimed.filter(({ channel }) => channel === 'a'))).toEqual(['1-2:1:a', '1-2:2:a'])
    expect(claimed[0]).toMatchObject({ status: 'pending', tries: 1, ambiguous: false, message: { kind: 'firing' } })
  })

  it('a younger never overtakes an older on its channel: not while that is locked, by anybody', async () => {
    const { store } = await withOutbox(makePlace, [notice('1-2', 1), notice('1-2', 2)])
    expect(keysOf(await store.claimOutbox('s', 1, LOCK))).toEqual(['1-2:1:web'])
    expect(await store.claimOutbox('s', 9, LOCK)).toEqual([])
    expect(await store.claimOutbox('other', 9, LOCK)).toEqual([])
    await store.settle('s', [delivered('1-2:1:web')])
    expect(keysOf(await store.claimOutbox('other', 9, LOCK))).toEqual(['1-2:2:web'])
  })

  it('a younger never overtakes an older on its channel: not while that waits to be tried again', async () => {
    const { store, clock } = await withOutbox(makePlace, [notice('1-2', 1), notice('1-2', 2)])
    await store.claimOutbox('s', 1, LOCK)
    await store.settle('s', [retry('1-2:1:web', START + 1_000)])
    expect(await store.claimOutbox('s', 9, LOCK)).toEqual([])
    clock.pass(1_000)
    expect(await store.claimOutbox('s', 9, LOCK)).toMatchObject([
      { key: '1-2:1:web', tries: 2, ambiguous: false },
      { key: '1-2:2:web', tries: 1, ambiguous: false },
    ])
  })

  it('another channel is not held up', async () => {
    const { store } = await withOutbox(makePlace, [notice('1-2', 1, 'a'), notice('1-2', 1, 'b')])
    await store.claimOutbox('s', 9, LOCK)
    await store.settle('s', [retry('1-2:1:a', START + 60_000), delivered('1-2:1:b')])
    expect(await store.history.notifications({ channel: 'b', limit: 9 })).toMatchObject([
      { notification: { status: 'delivered', deliveredAt: START + 5 }, attempts: [attempt('1-2:1:b')] },
    ])
  })

  it('M3: what a dead sender had locked is claimed again once the lock lapses, as ambiguous, alone', async () => {
    const { store, clock } = await withOutbox(makePlace, [notice('1-2', 1), notice('1-2', 2)])
    await store.claimOutbox('dead', 1, LOCK)
    clock.pass(LOCK - 1)
    expect(await store.claimOutbox('s', 9, LOCK)).toEqual([])
    clock.pass(1)
    expect(await store.claimOutbox('s', 9, LOCK)).toMatchObject([{ key: '1-2:1:web', ambiguous: true, tries: 2 }])
  })

  it('an ambiguous one ends the run of those before it, and stays ambiguous', async () => {
    const { store, clock } = await withOutbox(makePlace, [notice('1-2', 1), notice('1-2', 2), notice('1-2', 3)])
    await store.claimOutbox('s', 2, LOCK)
    await store.settle('s', [retry('1-2:1:web', START), retry('1-2:2:web', START, 'ambiguous')])
    expect(keysOf(await store.claimOutbox('s', 9, LOCK))).toEqual(['1-2:1:web'])
    await store.settle('s', [delivered('1-2:1:web')])
    expect(await store.claimOutbox('s', 9, LOCK)).toMatchObject([{ key: '1-2:2:web', ambiguous: true }])
    await store.settle('s', [retry('1-2:2:web', START)])
    clock.pass(1)
    expect(await store.claimOutbox('s', 9, LOCK)).toMatchObject([{ key: '1-2:2:web', ambiguous: true }])
  })

  it('only who holds the lock settles; others are told so, and leave no trace', async () => {
    const { store, clock } = await withOutbox(makePlace, [notice('1-2', 1), notice('1-2', 2)])
    await store.claimOutbox('late', 1, LOCK)
    clock.pass(LOCK)
    await store.claimOutbox('s', 1, LOCK)
    expect(await store.settle('late', [delivered('1-2:1:web'), delivered('1-2:2:web')])).toEqual([
      '1-2:1:web',
      '1-2:2:web',
    ])
    const pending = await store.history.notifications({ status: 'pending', limit: 9 })
    expect(pending.map(({ attempts }) => attempts)).toEqual([[], []])
    expect(await store.settle('s', [delivered('1-2:1:web')])).toEqual([])
    expect(await store.settle('s', [delivered('1-2:1:web')])).toEqual(['1-2:1:web'])
  })

  it('M4: a digest takes the place of its parts in one step, locked, in their place in the queue', async () => {
    const { store, clock } = await withOutbox(makePlace, [notice('1-2', 1), notice('1-2', 2), notice('1-2', 3)])
    const parts = keysOf(await store.claimOutbox('s', 2, LOCK))
    const digest = { ...notice('1-2', 1, 'web', 'digest'), key: 'digest-1' }
    expect(await store.foldOutbox('s', parts, digest, LOCK)).toMatchObject({
      key: 'digest-1',
      status: 'pending',
      tries: 1,
    })
    expect(await store.claimOutbox('s', 9, LOCK)).toEqual([])
    const superseded = await store.history.notifications({ status: 'superseded', limit: 9 })
    expect(superseded.map(({ notification }) => [notification.key, notification.foldedInto])).toEqual([
      ['1-2:2:web', 'digest-1'],
      ['1-2:1:web', 'digest-1'],
    ])
    await store.settle('s', [retry('digest-1', START)])
    clock.pass(1)
    expect(keysOf(await store.claimOutbox('s', 9, LOCK))).toEqual(['digest-1', '1-2:3:web'])
  })

  it('M4: a digest counts as many messages as it stands for, so that folding again stays bounded', async () => {
    const { store } = await withOutbox(
      makePlace,
      [1, 2, 3, 4].map((n) => notice('1-2', n)),
    )
    const claimed = await store.claimOutbox('s', 3, LOCK)
    const { message, ...rest } = notice('1-2', 3, 'web', 'digest')
    const digest = { ...rest, key: 'digest-1', message: { ...message, parts: claimed } }
    await store.foldOutbox('s', keysOf(claimed), digest, LOCK)
    const failAndClaim = async (max: number): Promise<readonly string[]> => {
      const pending = keysOf(
        (await store.history.notifications({ status: 'pending', limit: 9 })).map(({ notification }) => notification),
      )
      await store.settle(
        's',
        pending.map((key) => retry(key, START)),
      )
      return keysOf(await store.claimOutbox('s', max, LOCK))
    }
    expect(await failAndClaim(3)).toEqual(['digest-1'])
    expect(await failAndClaim(4)).toEqual(['digest-1', '1-2:4:web'])
    // Larger than what is asked for, it must still go out.
    expect(await failAndClaim(2)).toEqual(['digest-1'])
  })

  it('M6: those whose message went into a digest are told when the digest is, and its number is not counted', async () => {
    const { store, lease } = await withOutbox(makePlace, [notice('1-2', 1), notice('1-2', 2)])
    const digest = { ...notice('1-2', 7, 'web', 'digest'), key: 'digest-1' }
    await store.claimOutbox('s', 9, LOCK)
    await store.foldOutbox('s', ['1-2:1:web', '1-2:2:web'], digest, LOCK)
    const again = { ...notice('1-2', 8, 'web', 'digest'), key: 'digest-2' }
    await store.foldOutbox('s', ['digest-1'], again, LOCK)
    expect((await store.loadShard(lease)).incidents).toMatchObject([{ notifications: 2, told: ['web'] }])
    await store.settle('s', [{ attempt: attempt('digest-2', 'permanent'), next: { to: 'dead' } }])
    expect((await store.loadShard(lease)).incidents).toMatchObject([{ notifications: 2, told: [] }])
  })

  it('folds nothing that is another’s, ambiguous, settled, or of another channel', async () => {
    const { store, clock } = await withOutbox(makePlace, [notice('1-2', 1), notice('1-2', 1, 'mail')])
    const digest = { ...notice('1-2', 1, 'web', 'digest'), key: 'digest-1' }
    const claimed = keysOf(await store.claimOutbox('s', 9, LOCK))
    await expect(store.foldOutbox('other', ['1-2:1:web'], digest, LOCK)).rejects.toThrow('lock')
    await expect(store.foldOutbox('s', claimed, digest, LOCK)).rejects.toThrow('channel')
    clock.pass(LOCK)
    await store.claimOutbox('s', 9, LOCK)
    await expect(store.foldOutbox('s', ['1-2:1:web'], digest, LOCK)).rejects.toThrow('delivered already')
    await store.settle('s', [delivered('1-2:1:web')])
    await expect(store.foldOutbox('s', ['1-2:1:web'], digest, LOCK)).rejects.toThrow('lock')
    expect(await store.history.notifications({ status: 'superseded', limit: 9 })).toEqual([])
  })

  it('says when something can next be claimed', async () => {
    const { store } = await watchOne(makePlace)
    expect(await store.nextDelivery()).toBeUndefined()
  })

  it('says when something can next be claimed: now, when a lock lapses, when a wait is over', async () => {
    const { store, clock } = await withOutbox(makePlace, [notice('1-2', 1), notice('1-2', 2)])
    expect(await store.nextDelivery()).toBeLessThanOrEqual(clock.wall())
    await store.claimOutbox('s', 9, LOCK)
    expect(await store.nextDelivery()).toBe(START + LOCK)
    await store.settle('s', [retry('1-2:1:web', START + 4_000), delivered('1-2:2:web')])
    expect(await store.nextDelivery()).toBe(START + 4_000)
  })

  it('E6: a clock set back holds up nothing that has not been tried yet', async () => {
    const { store, clock } = await withOutbox(makePlace, [notice('1-2', 1)])
    clock.pass(-3_600_000)
    expect(await store.nextDelivery()).toBeLessThanOrEqual(clock.wall())
    expect(keysOf(await store.claimOutbox('s', 9, LOCK))).toEqual(['1-2:1:web'])
  })

  it('keeps every attempt, in order', async () => {
    const { store, clock } = await withOutbox(makePlace, [notice('1-2', 1)])
    for (const outcome of ['retry', 'ambiguous'] as const) {
      await store.claimOutbox('s', 9, LOCK)
      await store.settle('s', [retry('1-2:1:web', clock.wall(), outcome)])
    }
    await store.claimOutbox('s', 9, LOCK)
    await store.settle('s', [delivered('1-2:1:web')])
    const [only] = await store.history.notifications({ incidentId: '1-2', limit: 9 })
    expect(only?.attempts.map(({ outcome }) => outcome)).toEqual(['retry', 'ambiguous', 'delivered'])
    expect(only?.notification).toMatchObject({ tries: 3, status: 'delivered', ambiguous: true })
  })
}
