import { Sketch } from 'hale/core/sketch'
import { expect, it } from 'vitest'
import { encodeSketch } from '../../evaluate/sketch-bytes.ts'
import type { TickCommit } from '../store.ts'
import { incident, interval, leaseOf, notice, sample, spec, START, storedState, tickOf, TTL } from './rows.ts'
import { watchOne, type MakePlace, type Watched } from './stage.ts'

const EVENT = { incidentId: '1-2', n: 1, at: START, kind: 'opened', text: 'It failed.' } as const

/** A tick that writes a row of every sort. */
function fullTick({ lease, series }: Watched, tick: number): TickCommit {
  return tickOf(lease, tick, {
    samples: [sample(series, START)],
    states: new Map([[series, storedState(START, { seen: tick })]]),
    intervals: [interval(series, 1, 'healthy', START - 500), interval(series, 2, 'unhealthy', START)],
    incidents: [incident('1-2')],
    events: [EVENT],
    notifications: [notice('1-2', 1)],
    rollups: [{ series, hour: START, up: 3, failed: 0, unknown: 0, sketch: encodeSketch(new Sketch()) }],
  })
}

/** The tick transaction, and what a restart finds of it. */
export function tickConformance(makePlace: MakePlace): void {
  it('M10: a restart finds everything as the last tick left it', async () => {
    const stage = await watchOne(makePlace)
    const { store, lease, series, target, clock } = stage
    await store.commitTicks([fullTick(stage, 0)])
    const before = await store.loadShard(lease)
    expect(before).toEqual({
      lease,
      tick: 0,
      lastTickAt: START,
      targets: [target],
      series: [{ id: series, shard: lease.shard, targetId: target.id, component: '' }],
      states: new Map([[series, storedState(START, { seen: 0 })]]),
      intervals: new Map([[series, interval(series, 2, 'unhealthy', START)]]),
      incidents: [{ incident: incident('1-2'), events: 1, notifications: 1, told: ['web'] }],
    })
    const reopened = await stage.restart()
    clock.pass(TTL)
    const taken = await leaseOf(reopened, 'next', target.id)
    expect(await reopened.loadShard(taken.lease)).toEqual({ ...before, lease: taken.lease })
    expect(await reopened.history.samples([series], START, START + 1)).toEqual([sample(series, START)])
    expect((await reopened.history.incident('1-2'))?.events).toEqual([EVENT])
    expect(await reopened.claimOutbox('s', 9, TTL)).toMatchObject([{ key: '1-2:1:web', message: { title: '1-2 1' } }])
  })

  it('a tick that was done already is replayed: it writes nothing', async () => {
    const stage = await watchOne(makePlace)
    const { store, lease, series } = stage
    await store.commitTicks([fullTick(stage, 0)])
    expect(await store.commitTicks([fullTick(stage, 0)])).toEqual(new Map([[lease.shard, 'replayed']]))
    expect(await store.history.samples([series], 0, Infinity)).toHaveLength(1)
    expect(await store.history.notifications({ limit: 9 })).toHaveLength(1)
  })

  it('a shard that is fenced takes nothing from those that are not', async () => {
    const { store, lease, series } = await watchOne(makePlace)
    const { owned } = await store.renewAndClaim('w', TTL)
    const others = owned.filter(({ shard }) => shard !== lease.shard)
    const ticks = others.map(({ shard, epoch }) => tickOf({ shard, epoch: epoch - 1 }, 0))
    const outcomes = await store.commitTicks([...ticks, tickOf(lease, 0, { samples: [sample(series, START)] })])
    expect(outcomes.get(lease.shard)).toBe('ok')
    expect(others.map(({ shard }) => outcomes.get(shard))).toEqual(others.map(() => 'fenced'))
    expect(await store.history.samples([series], 0, Infinity)).toHaveLength(1)
  })

  it.each<readonly [string, (stage: Watched) => Partial<TickCommit>]>([
    ['a second open incident', () => ({ incidents: [incident('1-2'), incident('1-3')] })],
    ['an incident of an unknown target', () => ({ incidents: [incident('1-2', { targetId: 'stranger' })] })],
    ['an event that is there already', () => ({ events: [EVENT, EVENT] })],
    ['a notification that is there already', () => ({ notifications: [notice('1-2', 1), notice('1-2', 1)] })],
    ['an interval of no series', () => ({ intervals: [interval(999_999, 1, 'healthy', START)] })],
    [
      'an interval that is there already',
      ({ series }) => ({
        intervals: [interval(series, 1, 'healthy', START), interval(series, 1, 'unhealthy', START)],
      }),
    ],
  ])('M3: %s takes the whole tick back', async (_, bad) => {
    const stage = await watchOne(makePlace)
    const { store, lease, series } = stage
    const before = await store.loadShard(lease)
    const commit = { ...fullTick(stage, 0), ...bad(stage) }
    await expect(store.commitTicks([commit])).rejects.toMatchObject({ name: 'StoreError', retryable: false })
    expect(await store.loadShard(lease)).toEqual(before)
    expect(await store.history.samples([series], 0, Infinity)).toEqual([])
    expect(await store.history.incidents({ limit: 9 })).toEqual([])
    expect(await store.history.notifications({ limit: 9 })).toEqual([])
    expect(await store.history.rollups(series, 0, START + 1)).toEqual([])
    expect(await store.commitTicks([fullTick(stage, 0)])).toEqual(new Map([[lease.shard, 'ok']]))
  })

  it('a new interval closes the open one of its series where it begins itself', async () => {
    const { store, lease, series } = await watchOne(makePlace)
    await store.commitTicks([tickOf(lease, 0, { intervals: [interval(series, 1, 'healthy', START)] })])
    const down = interval(series, 2, 'unhealthy', START + 700)
    await store.commitTicks([tickOf(lease, 1, { intervals: [down, interval(series, 3, 'healthy', START + 900)] })])
    expect(await store.history.intervals([series], 0, Infinity)).toEqual([
      { ...interval(series, 1, 'healthy', START), to: START + 700 },
      { ...down, to: START + 900 },
      interval(series, 3, 'healthy', START + 900),
    ])
  })

  it('an incident is written over by its later self, and the next opens when it has closed', async () => {
    const { store, lease } = await watchOne(makePlace)
    await store.commitTicks([tickOf(lease, 0, { incidents: [incident('1-2', { severity: 'warning' })] })])
    const closed = incident('1-2', { closedAt: START + 5 })
    const next = incident('1-4', { openedAt: START + 6 })
    await store.commitTicks([tickOf(lease, 1, { incidents: [next, closed] })])
    expect(await store.history.incidents({ limit: 9 })).toEqual([next, closed])
    expect((await store.loadShard(lease)).incidents.map((open) => open.incident)).toEqual([next])
  })

  it('M6: who has been told is who can hear of the recovery: not whom a dead notification was for', async () => {
    const { store, lease } = await watchOne(makePlace)
    const notifications = [notice('1-2', 1, 'a'), notice('1-2', 1, 'b'), notice('1-2', 2, 'b')]
    await store.commitTicks([tickOf(lease, 0, { incidents: [incident('1-2')], notifications })])
    await store.claimOutbox('s', 1, TTL)
    const attempt = { at: START, detail: 'HTTP 410', tookMs: 3 }
    await store.settle('s', [
      { attempt: { ...attempt, key: '1-2:1:a', outcome: 'permanent' }, next: { to: 'dead' } },
      { attempt: { ...attempt, key: '1-2:1:b', outcome: 'delivered' }, next: { to: 'delivered' } },
    ])
    expect((await store.loadShard(lease)).incidents).toMatchObject([{ notifications: 2, told: ['b'] }])
  })

  it('keeps samples of any age beside one another', async () => {
    const { store, lease, series, target } = await watchOne(makePlace)
    const [component] = await store.defineSeries(lease, target.id, ['database'])
    const samples = [START - 90_000_000, START - 61_000, START - 59_990, START - 10].flatMap((at) => [
      sample(series, at),
      sample(component?.id ?? 0, at, { status: 'unhealthy', code: 'TIMEOUT', durationMs: undefined }),
    ])
    await store.commitTicks([tickOf(lease, 0, { samples })])
    expect(await store.history.samples([series], 0, Infinity)).toEqual(samples.filter((each) => each.series === series))
    expect(await store.history.samples([component?.id ?? 0], START - 60_000, START)).toEqual(
      samples.filter((each) => each.series !== series && each.at >= START - 60_000),
    )
  })

  it('a rollup that comes again takes the place of the first', async () => {
    const { store, lease, series } = await watchOne(makePlace)
    const rollup = (up: number) => ({ series, hour: START, up, failed: 1, unknown: 0, sketch: Uint8Array.of(1, up) })
    await store.commitTicks([tickOf(lease, 0, { rollups: [rollup(5)] })])
    await store.commitTicks([tickOf(lease, 1, { rollups: [rollup(7), { ...rollup(1), hour: START + 3_600_000 }] })])
    expect(await store.history.rollups(series, START, START + 1)).toEqual([rollup(7)])
    expect(await store.history.rollups(series, START - 9_999, START + 3_600_001)).toHaveLength(2)
  })

  it('numbers targets of one shard apart', async () => {
    const { store, target } = await watchOne(makePlace)
    await store.roster.sync([target, spec('payments')])
    const orders = await leaseOf(store, 'w', 'orders')
    const payments = await leaseOf(store, 'w', 'payments')
    expect(orders.series).not.toBe(payments.series)
  })
}
