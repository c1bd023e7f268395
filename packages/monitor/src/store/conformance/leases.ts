import { expect, it, onTestFinished } from 'vitest'
import { StoreError } from '../store.ts'
import { interval, leaseOf, sample, spec, tickOf, TTL } from './rows.ts'
import { setStage, watchOne, type MakePlace } from './stage.ts'

/** Who may write, and when somebody else may. */
export function leaseConformance(makePlace: MakePlace): void {
  it('gives the first worker every shard, each at an epoch', async () => {
    const { store } = await setStage(makePlace)
    const { owned, excess } = await store.renewAndClaim('w', TTL)
    expect(owned.length).toBeGreaterThan(0)
    expect(new Set(owned.map(({ shard }) => shard)).size).toBe(owned.length)
    expect(excess).toBe(0)
    expect(await store.renewAndClaim('w', TTL)).toEqual({ owned, excess: 0 })
  })

  it('M12: a second worker gets nothing before the lease of the first has run out, then all, at higher epochs', async () => {
    const { store, clock } = await setStage(makePlace)
    const first = await store.renewAndClaim('first', TTL)
    clock.pass(TTL - 1)
    expect((await store.renewAndClaim('second', TTL)).owned).toEqual([])
    clock.pass(1)
    const second = await store.renewAndClaim('second', TTL)
    expect(second.owned.map(({ shard }) => shard)).toEqual(first.owned.map(({ shard }) => shard))
    for (const [index, { epoch }] of second.owned.entries())
      expect(epoch).toBeGreaterThan(first.owned[index]?.epoch ?? epoch)
  })

  it('M12: the same holds between two processes that opened the same data', async () => {
    const { store, clock, place } = await setStage(makePlace)
    const other = await place.open(clock)
    onTestFinished(() => other[Symbol.asyncDispose]())
    const { owned } = await store.renewAndClaim('first', TTL)
    expect((await other.renewAndClaim('second', TTL)).owned).toEqual([])
    clock.pass(TTL)
    expect((await other.renewAndClaim('second', TTL)).owned).toHaveLength(owned.length)
    expect((await store.renewAndClaim('first', TTL)).owned).toEqual([])
  })

  it('M12: an owner that was paused past its lease cannot write', async () => {
    const { store, clock, lease, series, target } = await watchOne(makePlace)
    expect(await store.commitTicks([tickOf(lease, 0)])).toEqual(new Map([[lease.shard, 'ok']]))
    clock.pass(TTL)
    const taken = await leaseOf(store, 'other', target.id)
    const late = tickOf(lease, 1, {
      samples: [sample(series, clock.wall())],
      intervals: [interval(series, 1, 'unhealthy', clock.wall())],
    })
    expect(await store.commitTicks([late])).toEqual(new Map([[lease.shard, 'fenced']]))
    const image = await store.loadShard(taken.lease)
    expect([image.tick, image.intervals.size]).toEqual([0, 0])
    expect(await store.history.samples([series], 0, Infinity)).toEqual([])
  })

  it('M12: an old lease opens no shard and defines no series', async () => {
    const { store, clock, lease, target } = await watchOne(makePlace)
    clock.pass(TTL)
    await store.renewAndClaim('other', TTL)
    await expect(store.loadShard(lease)).rejects.toThrow(StoreError)
    await expect(store.defineSeries(lease, target.id, ['new'])).rejects.toThrow(StoreError)
  })

  it('M12: a worker that slept, with nobody having claimed meanwhile, goes on at its epoch', async () => {
    const { store, clock } = await setStage(makePlace)
    const { owned } = await store.renewAndClaim('w', TTL)
    clock.pass(10 * TTL)
    expect((await store.renewAndClaim('w', TTL)).owned).toEqual(owned)
  })

  it('tells a worker what it holds above its fair share, and hands it on at once when released', async () => {
    const { store } = await setStage(makePlace)
    const { owned } = await store.renewAndClaim('first', TTL)
    await store.renewAndClaim('second', TTL)
    const { excess } = await store.renewAndClaim('first', TTL)
    expect(excess).toBe(Math.floor(owned.length / 2))
    const given = owned.slice(0, excess).map(({ shard }) => shard)
    await store.release('first', given)
    expect((await store.renewAndClaim('second', TTL)).owned.map(({ shard }) => shard)).toEqual(given)
  })

  it('a worker that released everything leaves all of it to the next', async () => {
    const { store } = await setStage(makePlace)
    const { owned } = await store.renewAndClaim('first', TTL)
    await store.release(
      'first',
      owned.map(({ shard }) => shard),
    )
    expect((await store.renewAndClaim('second', TTL)).owned).toHaveLength(owned.length)
  })

  it('releases only what the worker holds', async () => {
    const { store } = await setStage(makePlace)
    const { owned } = await store.renewAndClaim('first', TTL)
    await store.release(
      'stranger',
      owned.map(({ shard }) => shard),
    )
    expect((await store.renewAndClaim('first', TTL)).owned).toEqual(owned)
  })

  it('gives a series its number once', async () => {
    const { store, lease, target, series } = await watchOne(makePlace)
    const [own, database] = await store.defineSeries(lease, target.id, ['', 'database'])
    expect(own).toEqual({ id: series, shard: lease.shard, targetId: target.id, component: '' })
    const again = await store.defineSeries(lease, target.id, ['cache', 'database'])
    expect(again.map(({ component }) => component)).toEqual(['cache', 'database'])
    expect(again[1]).toEqual(database)
    expect(new Set([series, ...again.map(({ id }) => id)]).size).toBe(3)
    await expect(store.defineSeries(lease, spec('stranger').id, [''])).rejects.toThrow('stranger')
  })
}
