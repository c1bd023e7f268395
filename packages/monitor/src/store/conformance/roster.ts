import { expect, it } from 'vitest'
import { incident, interval, leaseOf, sample, spec, START, storedState, tickOf } from './rows.ts'
import { setStage, watchOne, type MakePlace } from './stage.ts'

const NOTHING = { added: [], removed: [], renamed: new Map() }

/** Which targets there are, and what becomes of their history. */
export function rosterConformance(makePlace: MakePlace): void {
  it('takes in the targets of the configuration, each in one shard', async () => {
    const { store } = await setStage(makePlace)
    const targets = Array.from({ length: 50 }, (_, index) => spec(`target-${index}`))
    expect(await store.roster.sync(targets)).toEqual({ ...NOTHING, added: targets.map(({ id }) => id) })
    expect(await store.roster.list()).toEqual(targets)
    const { owned } = await store.renewAndClaim('w', 5_000)
    const images = await Promise.all(owned.map((lease) => store.loadShard(lease)))
    expect(images.flatMap((image) => image.targets.map(({ id }) => id)).toSorted()).toEqual(
      targets.map(({ id }) => id).toSorted(),
    )
    expect(images.every((image) => image.series.every(({ shard }) => shard === image.lease.shard))).toBe(true)
  })

  it('M10: the same targets again change nothing, and fence nobody', async () => {
    const { store, lease, target } = await watchOne(makePlace)
    expect(await store.roster.sync([target])).toEqual(NOTHING)
    expect(await store.commitTicks([tickOf(lease, 0)])).toEqual(new Map([[lease.shard, 'ok']]))
  })

  it('M12: a changed target fences the owner of its shard, who then loads it as it is now', async () => {
    const { store, lease, target } = await watchOne(makePlace)
    const slower = { ...target, freshEvery: 99 }
    expect(await store.roster.sync([slower])).toEqual(NOTHING)
    expect(await store.commitTicks([tickOf(lease, 0)])).toEqual(new Map([[lease.shard, 'fenced']]))
    const { lease: next } = await leaseOf(store, 'w', target.id)
    expect((await store.loadShard(next)).targets).toEqual([slower])
  })

  it('M9: a target with a new id at the address of one that vanished is that one, with its history', async () => {
    const { store, lease, target, series } = await watchOne(makePlace)
    const down = interval(series, 2, 'unhealthy', START)
    const states = new Map([[series, storedState(START)]])
    await store.commitTicks([
      tickOf(lease, 0, { samples: [sample(series, START)], intervals: [down], incidents: [incident('1-2')], states }),
    ])
    const renamed = { ...target, id: 'orders-api', name: 'Orders' }
    expect(await store.roster.sync([renamed])).toEqual({ ...NOTHING, renamed: new Map([['orders', 'orders-api']]) })

    const now = await leaseOf(store, 'w', 'orders-api')
    expect(now.series).toBe(series)
    expect(await store.history.samples([series], 0, Infinity)).toHaveLength(1)
    expect(await store.history.incidents({ targetId: 'orders-api', limit: 9 })).toMatchObject([
      { targetId: 'orders-api' },
    ])
    expect(await store.history.incidents({ targetId: 'orders', limit: 9 })).toEqual([])
    const image = await store.loadShard(now.lease)
    expect(image.targets).toEqual([renamed])
    expect(image.incidents).toMatchObject([{ incident: { targetId: 'orders-api', closedAt: undefined } }])
    expect([image.states, image.intervals]).toEqual([states, new Map([[series, down]])])
  })

  it('M9: adopts nothing when it is not certain which', async () => {
    const { store } = await setStage(makePlace)
    const twins = ['a', 'b'].map((id) => spec(id, { address: 'http://twin/' }))
    await store.roster.sync([...twins, spec('c'), spec('d', { kind: 'tcp' })])
    const change = await store.roster.sync([
      spec('a2', { address: 'http://twin/' }),
      ...['c2', 'c3'].map((id) => spec(id, { address: spec('c').address })),
      spec('d2', { address: spec('d').address }),
    ])
    expect(change.renamed.size).toBe(0)
    expect(change.removed.toSorted()).toEqual(['a', 'b', 'c', 'd'])
    expect(change.added.toSorted()).toEqual(['a2', 'c2', 'c3', 'd2'])
  })

  it('a vanished target keeps its history; its interval and incident end when it was last watched', async () => {
    const { store, clock, lease, target, series } = await watchOne(makePlace)
    const down = interval(series, 2, 'unhealthy', START - 500)
    const states = new Map([[series, storedState(START)]])
    await store.commitTicks([tickOf(lease, 0, { intervals: [down], incidents: [incident('1-2')], states })])
    clock.pass(3_600_000)
    expect(await store.roster.sync([])).toEqual({ ...NOTHING, removed: ['orders'] })
    expect(await store.roster.list()).toEqual([])
    const away = { ...interval(series, 3, 'unobserved', START), code: 'UNOBSERVED', reason: expect.any(String) }
    expect(await store.history.intervals([series], 0, Infinity)).toEqual([{ ...down, to: START }, away])
    expect(await store.history.incidents({ open: true, limit: 9 })).toEqual([])
    expect((await store.history.incident('1-2'))?.events).toMatchObject([{ n: 1, kind: 'resolved' }])

    expect(await store.roster.sync([target])).toEqual({ ...NOTHING, added: ['orders'] })
    const back = await leaseOf(store, 'w', 'orders')
    expect(back.series).toBe(series)
    const image = await store.loadShard(back.lease)
    expect(image).toMatchObject({ incidents: [] })
    expect(image.intervals).toEqual(new Map([[series, away]]))
    expect(image.states.get(series)).toMatchObject({ state: { status: 'unknown', recent: [] }, facts: {} })
    const up = interval(series, 4, 'healthy', clock.wall())
    expect(await store.commitTicks([tickOf(back.lease, 1, { intervals: [up] })])).toEqual(
      new Map([[lease.shard, 'ok']]),
    )
  })

  it('refuses two targets of one id, and changes nothing', async () => {
    const { store, target } = await watchOne(makePlace)
    await expect(store.roster.sync([spec('twice'), spec('twice')])).rejects.toThrow('twice')
    expect(await store.roster.list()).toEqual([target])
  })
}
