import { overview, target } from '@hale/contract'
import { createFakeClock } from 'hale/testing'
import { describe, expect, it } from 'vitest'
import { aTarget } from '../../test/builders.ts'
import { createScriptedSource, type ScriptedSource } from '../../test/scripted-source.ts'
import type { Incident } from '../model.ts'
import type { HistoryReader } from '../store/store.ts'
import { openPicture, type Change } from './picture.ts'

const WALL = Date.UTC(2026, 10, 22, 14, 0)
const refused = { status: 'unhealthy', code: 'CONNECTION_REFUSED' } as const
const database = { name: 'postgres-main', durationMs: 1, impact: 'fails', runbook: undefined, result: refused } as const
const NO_PAST: Pick<HistoryReader, 'lastSamples' | 'intervals'> = {
  lastSamples: () => Promise.resolve(new Map()),
  intervals: () => Promise.resolve([]),
}

const anIncident: Incident = {
  id: '1-1',
  targetId: 'payments',
  severity: 'critical',
  openedAt: WALL,
  closedAt: undefined,
  component: undefined,
  code: undefined,
  cause: 'it refused the connection',
}

const aSample = { status: 'healthy', durationMs: 5, code: undefined, phases: undefined } as const
const anInterval = { seq: 0, status: 'healthy', to: undefined, code: undefined, reason: '' } as const

async function setUp(history = NO_PAST, script?: (source: ScriptedSource) => void) {
  const clock = createFakeClock({ wall: WALL })
  const source = createScriptedSource(
    [
      aTarget({ id: 'payments', address: 'https://user:secret@payments.test/health?key=secret' }),
      aTarget({ id: 'orders' }),
      aTarget({ id: 'legacy' }),
    ],
    WALL,
  )
  script?.(source)
  const picture = await openPicture({ source, history, shards: [0], version: '1.2.3', clock, timeZone: 'UTC' })
  return { clock, source, picture }
}

describe('openPicture', () => {
  it('shows every target with the reason in words, as the contract has it', async () => {
    const { source, picture, clock } = await setUp()
    expect(picture.overview()).toMatchObject({ sentence: 'waiting for the first answer of 3 targets' })
    await clock.advance('2m')
    source.probe(clock.wall(), {
      payments: { result: { status: 'unhealthy', code: 'COMPONENT_UNHEALTHY' }, components: [database] },
      orders: {},
      legacy: {},
    })
    const shown = overview.parse(picture.overview())
    expect(shown).toMatchObject({
      status: 'unhealthy',
      sentence: '1 of 3 unhealthy: payments since 14:02, because postgres-main refused the connection',
      counts: { healthy: 2, unhealthy: 1, degraded: 0 },
      monitor: { version: '1.2.3', storage: 'ok' },
    })
    expect(target.parse(picture.target('payments'))).toMatchObject({
      sentence: 'unhealthy since 14:02, because postgres-main refused the connection',
      address: 'https://payments.test/health',
      components: { total: 1, notHealthy: 1 },
      componentList: [{ name: 'postgres-main', status: 'unhealthy', code: 'CONNECTION_REFUSED' }],
      beats: [[WALL + 120_000, 'unhealthy', 12]],
    })
    expect(picture.target('nobody')).toBeUndefined()
  })

  it('M7: counts only what was observed, and goes on counting between probes while ticks are committed', async () => {
    const { source, picture, clock } = await setUp()
    source.probe(clock.wall(), { orders: {} })
    await clock.advance('6h')
    source.pass(clock.wall() - 1)
    source.probe(clock.wall(), { orders: { result: refused } })
    await clock.advance('2h')
    source.probe(clock.wall(), { orders: { result: refused } })
    expect(picture.target('orders')?.uptime).toMatchObject({
      healthyMs: 21_599_999,
      downMs: 7_200_000,
      coverage: expect.closeTo(8 / 24, 6),
    })
    await clock.advance('4h')
    expect(picture.target('orders')?.uptime).toMatchObject({ downMs: 7_200_000 })
  })

  it('takes the past from the store, and what is committed while it loads only once', async () => {
    let source: ScriptedSource | undefined
    const history: typeof NO_PAST = {
      lastSamples: () => {
        source?.probe(WALL + 1_000, { orders: { durationMs: 7 } })
        const stored = (source?.samples ?? []).filter(({ series }) => series === 2)
        return Promise.resolve(new Map([[2, stored]]))
      },
      intervals: () => Promise.resolve([]),
    }
    const { picture } = await setUp(history, (made) => {
      source = made
      made.probe(WALL, { orders: { durationMs: 5 } })
    })
    expect(picture.target('orders')?.beats).toEqual([
      [WALL, 'healthy', 5],
      [WALL + 1_000, 'healthy', 7],
    ])
  })

  it('M12: loads the past of a shard that it takes over, asks again if it must, and loses nothing meanwhile', async () => {
    let answers = false
    let source: ScriptedSource | undefined
    const stored = [3_000, 2_000].map((ago) => ({ ...aSample, series: 4, at: WALL - ago }))
    const history: typeof NO_PAST = {
      lastSamples: (shard) => {
        if (shard !== 7) return Promise.resolve(new Map())
        if (!answers) return Promise.reject(new Error('the store is down'))
        source?.probe(WALL + 6_000, { taken: { durationMs: 9 } })
        return Promise.resolve(new Map([[4, [...stored, { ...aSample, series: 4, at: WALL + 1_000 }]]]))
      },
      intervals: (series) =>
        Promise.resolve(series.includes(4) ? [{ ...anInterval, series: 4, from: WALL - 3_600_000 }] : []),
    }
    const { picture, clock } = await setUp(history, (made) => (source = made))
    const wholes: boolean[] = []
    picture.subscribe(({ whole }) => wholes.push(whole))
    source?.adopt(7, aTarget({ id: 'taken' }), clock.wall())
    await clock.advance('1s')
    source?.probe(clock.wall(), { taken: { durationMs: 5 } })
    expect(picture.target('taken')?.beats).toEqual([[WALL + 1_000, 'healthy', 5]])
    answers = true
    await clock.advance('5s')
    expect(picture.target('taken')?.beats.map(([at]) => at - WALL)).toEqual([-3_000, -2_000, 1_000, 6_000])
    expect(picture.target('taken')?.uptime).toMatchObject({ observedFrom: WALL - 3_600_000, up: 1 })
    await clock.advance('1s')
    expect(wholes).toContain(true)
  })

  it('tells what changed at most once a second, and the whole when a target goes or storage fails', async () => {
    const { source, picture, clock } = await setUp()
    const changes: Change[] = []
    picture.subscribe((change) => changes.push(change))
    source.probe(clock.wall(), { payments: { result: refused } }, { incidents: [anIncident] })
    await clock.advance(1)
    expect(changes.map(({ targets }) => targets.map(({ id }) => id))).toEqual([['payments']])
    expect(changes[0]).toMatchObject({ whole: false, incidents: [{ id: '1-1', targetName: 'payments' }] })

    for (let step = 0; step < 20; step += 1) {
      source.probe(clock.wall(), { orders: {}, legacy: {} })
      await clock.advance(100)
    }
    expect(changes).toHaveLength(3)
    expect(changes[1]?.targets.map(({ id }) => id)).toEqual(['orders', 'legacy'])

    source.pass(clock.wall(), { removed: ['legacy'] })
    source.pass(clock.wall(), { storageOk: false })
    await clock.advance('1s')
    expect(changes.at(-1)).toMatchObject({ whole: true })
    expect(picture.overview()).toMatchObject({ monitor: { storage: 'failing' }, targets: [{}, {}] })
  })

  it('tells of an incident again when something was sent of it, but never what is older than the news', async () => {
    const { source, picture, clock } = await setUp()
    const changes: Change[] = []
    picture.subscribe((change) => changes.push(change))
    source.probe(clock.wall(), { payments: { result: refused } }, { incidents: [anIncident] })
    await clock.advance('2s')
    picture.retell(anIncident)
    await clock.advance('1s')
    expect(changes.map(({ incidents }) => incidents.map(({ id }) => id))).toEqual([['1-1'], ['1-1']])

    source.probe(clock.wall(), { payments: {} }, { incidents: [{ ...anIncident, closedAt: clock.wall() }] })
    picture.retell(anIncident)
    await clock.advance('1s')
    expect(changes.at(-1)?.incidents).toMatchObject([{ id: '1-1', closedAt: expect.any(Number) }])
  })

  it('E15: leaves no timer and no listener behind', async () => {
    const { source, picture, clock } = await setUp()
    picture.subscribe(() => undefined)
    source.probe(clock.wall(), { orders: {} })
    picture[Symbol.dispose]()
    expect(clock.timers).toBe(0)
    source.probe(clock.wall() + 1, { orders: {} })
    expect(clock.timers).toBe(0)
  })
})
