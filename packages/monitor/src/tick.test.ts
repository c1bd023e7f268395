import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFakeClock, type FakeClock } from 'hale/testing'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { anOutcome, aTarget } from '../test/builders.ts'
import { createLeaseLoop } from './cluster/lease.ts'
import type { TickNews } from './evaluate/news.ts'
import type { ProbeOutcome, TargetSpec } from './model.ts'
import { openSqliteStore } from './store/sqlite/sqlite.ts'
import { StoreError, type Store } from './store/store.ts'
import { createTick, type Tick } from './tick.ts'

const logger = pino({ level: 'silent' })
const payments = aTarget({ id: 'payments' })
const unhealthy = anOutcome({ result: { status: 'unhealthy', code: 'CONNECTION_REFUSED', message: 'refused' } })

let folder: string
let clock: FakeClock

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hale-tick-'))
  clock = createFakeClock()
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A monitor without probes and channels: store, tick and leases, on the fake clock. */
async function start(targets: readonly TargetSpec[] = [payments], over: Partial<Store> = {}, worker = 'worker') {
  const sqlite = await openSqliteStore({ path: join(folder, 'hale.db'), clock, shards: 2 })
  const store: Store = { ...sqlite, ...over, [Symbol.asyncDispose]: () => sqlite[Symbol.asyncDispose]() }
  await sqlite.roster.sync(targets)
  const news: TickNews[] = []
  let told = 0
  const tick: Tick = createTick({
    store,
    clock,
    logger,
    channels: ['ops'],
    publicUrl: undefined,
    onNotifications: () => (told += 1),
    onFenced: (shard) => leases.lost(shard),
  })
  const leases = createLeaseLoop({
    store,
    worker,
    ttlMs: 5_000,
    clock,
    logger,
    adopt: (lease) => tick.adopt(lease),
    drop: (shard, why) => tick.drop(shard, why),
    onRenewal: (taken) => tick.leased(taken),
  })
  tick.subscribe((each) => news.push(each))
  await leases.renew()
  const take = (outcome: ProbeOutcome, targetId = 'payments'): void =>
    tick.take({ targetId, at: { now: clock.now(), wall: clock.wall() }, fresh: false, outcome })
  const state = (id = 'payments') => tick.current().find(({ spec }) => spec.id === id)?.state
  return {
    store,
    tick,
    leases,
    news,
    take,
    state,
    told: () => told,
    async stop() {
      await tick[Symbol.asyncDispose]()
      await leases[Symbol.asyncDispose]()
      await sqlite[Symbol.asyncDispose]()
    },
    /** As `kill -9`: nothing is committed or released any more. */
    async crash() {
      await sqlite[Symbol.asyncDispose]()
    },
  }
}

describe('the tick', () => {
  it('says that storage fails for as long as it does, after the shards were given up too, and counts no commit of nothing', async () => {
    let full = false
    const disk = async <T>(write: () => Promise<T>): Promise<T> => {
      if (full) throw new StoreError('disk full', { retryable: true })
      return write()
    }
    const sqlite = await openSqliteStore({ path: join(folder, 'hale.db'), clock, shards: 2 })
    const monitor = await start([payments], {
      commitTicks: (ticks) => disk(() => sqlite.commitTicks(ticks)),
      renewAndClaim: (worker, ttlMs) => disk(() => sqlite.renewAndClaim(worker, ttlMs)),
    })
    monitor.take(unhealthy)
    await clock.advance('1s')
    const { commits } = monitor.tick.stats
    full = true
    monitor.take(unhealthy)
    await clock.advance('5m')
    expect(monitor.tick.current()).toEqual([])
    expect(monitor.news.at(-1)?.storageOk).toBe(false)
    expect(monitor.tick.stats.commits).toBe(commits)
    // E2, E11: what was believed grows stale, and does not vanish.
    expect(monitor.news.flatMap(({ removed }) => removed)).toEqual([])
    const told = monitor.news.flatMap(({ targets }) => targets)
    expect(told.at(-1)?.state).toMatchObject({ status: 'unknown', result: { code: 'STALE' } })
    full = false
    await clock.advance('5s')
    expect(monitor.news.at(-1)?.storageOk).toBe(true)
    expect(monitor.tick.current()).toHaveLength(1)
    await monitor.stop()
    await sqlite[Symbol.asyncDispose]()
  })

  it('M3: commits state, incident and notification together, and tells the pages afterwards', async () => {
    const monitor = await start()
    monitor.take(unhealthy)
    expect(monitor.state()?.status).toBe('unknown')
    await clock.advance(100)
    expect(monitor.state()?.status).toBe('unhealthy')
    const [incident] = await monitor.store.history.incidents({ limit: 10 })
    expect(incident).toMatchObject({ targetId: 'payments', severity: 'critical', closedAt: undefined })
    const [sent] = await monitor.store.history.notifications({ limit: 10 })
    expect(sent?.notification).toMatchObject({ status: 'pending', channel: 'ops', incidentId: incident?.id })
    expect(monitor.news.at(-1)?.incidents).toEqual([incident])
    expect(monitor.told()).toBe(1)
    await monitor.stop()
  })

  it('M1: a store that fails holds up no report; what waited is evaluated in order once it works again', async () => {
    let failing = false
    const monitor = await start([payments])
    const works = { ...monitor.store }
    Object.assign(monitor.store, {
      commitTicks: (ticks: Parameters<Store['commitTicks']>[0]) =>
        failing ? Promise.reject(new StoreError('disk full', { retryable: true })) : works.commitTicks(ticks),
    })
    monitor.take(anOutcome({}))
    await clock.advance(1_000)
    failing = true
    monitor.take(unhealthy)
    await clock.advance(1_000)
    monitor.take(anOutcome({}))
    await clock.advance(1_000)
    expect(monitor.news.at(-1)?.storageOk).toBe(false)
    expect(monitor.state()?.status).toBe('healthy')
    expect(monitor.tick.stats.waiting).toBe(2)
    failing = false
    await clock.advance(1_000)
    expect(monitor.news.at(-1)?.storageOk).toBe(true)
    const [incident] = await monitor.store.history.incidents({ limit: 10 })
    expect(incident?.closedAt).toBeGreaterThan(incident?.openedAt ?? Infinity)
    await monitor.stop()
  })

  it('loses only what one shard found when the store refuses that for good', async () => {
    const targets = Array.from({ length: 8 }, (_, n) => aTarget({ id: `target-${n}` }))
    const monitor = await start(targets)
    const works = { ...monitor.store }
    let refused: number | undefined
    Object.assign(monitor.store, {
      commitTicks: (ticks: Parameters<Store['commitTicks']>[0]) =>
        ticks.some(({ lease }) => lease.shard === refused)
          ? Promise.reject(new StoreError('constraint failed', { retryable: false }))
          : works.commitTicks(ticks),
    })
    refused = 0
    for (const { id } of targets) monitor.take(anOutcome({}), id)
    await clock.advance(1_000)
    const healthy = () => targets.filter(({ id }) => monitor.state(id)?.status === 'healthy').length
    expect(healthy()).toBeGreaterThan(0)
    expect(healthy()).toBeLessThan(8)
    refused = undefined
    for (const { id } of targets) monitor.take(anOutcome({}), id)
    await clock.advance(1_000)
    expect(healthy()).toBe(8)
    await monitor.stop()
  })

  it('M11: writes the sum of an hour that ended while the monitor was down', async () => {
    const first = await start()
    first.take(anOutcome({}))
    await clock.advance(1_000)
    const [snapshot] = first.tick.current()
    await first.crash()
    await clock.advance(2 * 3_600_000)
    const second = await start([payments], {}, 'another')
    await clock.advance(1_000)
    const rollups = await second.store.history.rollups(snapshot?.series ?? 0, 0, clock.wall())
    expect(rollups).toMatchObject([{ up: 1, failed: 0 }])
    await second.stop()
  })

  it('M10: a restart opens no second incident and sends nothing anew', async () => {
    const first = await start()
    first.take(unhealthy)
    await clock.advance(1_000)
    await first.stop()
    const second = await start()
    expect(second.state()?.status).toBe('unhealthy')
    second.take(unhealthy)
    await clock.advance(1_000)
    expect(await second.store.history.incidents({ limit: 10 })).toHaveLength(1)
    expect(await second.store.history.notifications({ limit: 10 })).toHaveLength(1)
    second.take(anOutcome({}))
    await clock.advance(1_000)
    const sent = await second.store.history.notifications({ limit: 10 })
    expect(sent.map(({ notification }) => notification.message.kind).toSorted()).toEqual(['firing', 'resolved'])
    await second.stop()
  })

  it('M7: the time in which the monitor did not run is unobserved', async () => {
    const first = await start()
    first.take(anOutcome({}))
    await clock.advance(1_000)
    await first.crash()
    await clock.advance(600_000)
    const second = await start([payments], {}, 'another')
    second.take(anOutcome({}))
    await clock.advance(1_000)
    const [snapshot] = second.tick.current()
    const intervals = await second.store.history.intervals([snapshot?.series ?? 0], 0, clock.wall())
    expect(intervals.map(({ status }) => status)).toEqual(['healthy', 'unobserved', 'healthy'])
    expect((intervals[1]?.to ?? 0) - (intervals[1]?.from ?? 0)).toBeGreaterThan(590_000)
    await second.stop()
  })

  it('M12: an owner that was paused past its lease writes nothing more', async () => {
    const paused = await start()
    paused.take(anOutcome({}))
    await clock.advance(1_000)
    // The other claims after the lease has run out; the paused one has not noticed yet.
    const works = { ...paused.store }
    Object.assign(paused.store, { renewAndClaim: () => Promise.reject(new StoreError('paused', { retryable: true })) })
    await clock.advance(2_000)
    expect(paused.tick.current()).toHaveLength(1)
    await clock.advance(3_000)
    expect(paused.tick.current()).toEqual([])
    const other = await start([payments], {}, 'other')
    expect(other.tick.current()).toHaveLength(1)
    // Shown as last believed until it is known that another has it.
    expect(paused.news.flatMap(({ removed }) => removed)).toEqual([])
    Object.assign(paused.store, works)
    await paused.leases.renew()
    expect(paused.news.flatMap(({ removed }) => removed)).toEqual(['payments'])
    await other.stop()
    await paused.crash()
  })

  it('M12: a commit with a stale epoch is refused and the shard given up', async () => {
    const stale = await start()
    const leases = await stale.store.renewAndClaim('worker', 5_000)
    const bumped = await openSqliteStore({ path: join(folder, 'hale.db'), clock, shards: 2 })
    await stale.store.release(
      'worker',
      leases.owned.map((lease) => lease.shard),
    )
    await bumped.renewAndClaim('thief', 60_000)
    stale.take(unhealthy)
    await clock.advance(100)
    expect(stale.tick.current().map(({ spec }) => spec.id)).toEqual([])
    expect(await bumped.history.incidents({ limit: 10 })).toEqual([])
    await bumped[Symbol.asyncDispose]()
    await stale.crash()
  })

  it('gives every component a history of its own', async () => {
    const monitor = await start()
    const component = { name: 'database', durationMs: 3, impact: 'fails', runbook: undefined } as const
    monitor.take(anOutcome({ components: [{ ...component, result: { status: 'healthy' } }] }))
    await clock.advance(1_000)
    const [snapshot] = monitor.tick.current()
    const series = snapshot?.components[0]?.series ?? 0
    expect(await monitor.store.history.samples([series], 0, clock.wall() + 1)).toMatchObject([{ status: 'healthy' }])
    await monitor.stop()
  })
})
