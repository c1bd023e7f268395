import { expect, it } from 'vitest'
import { uptime } from '../../../test/uptime.ts'
import type { TickCommit } from '../store.ts'
import { incident, interval, LOCK, notice, sample, spec, START, tickOf } from './rows.ts'
import { setStage, watchOne, type MakePlace } from './stage.ts'

const DAY = 86_400_000

/** What the pages read, how it ages, and who may come in. */
export function historyConformance(makePlace: MakePlace): void {
  it('gives the last samples of every series of a shard', async () => {
    const { store, lease, series, target } = await watchOne(makePlace)
    const [quiet, silent] = await store.defineSeries(lease, target.id, ['quiet', 'silent'])
    const every = (id: number, stepMs: number, count: number) =>
      Array.from({ length: count }, (_, index) => sample(id, START - 3_600_000 + index * stepMs))
    const often = every(series, 20_000, 180)
    const seldom = every(quiet?.id ?? 0, 600_000, 6)
    for (const [tick, samples] of [often.slice(0, 100), [...often.slice(100), ...seldom]].entries()) {
      await store.commitTicks([tickOf(lease, tick, { samples })])
    }
    expect(await store.history.lastSamples(lease.shard, 60, START - DAY)).toEqual(
      new Map([
        [series, often.slice(-60)],
        [quiet?.id, seldom],
        [silent?.id, []],
      ]),
    )
    const since = START - 1_000_000
    expect((await store.history.lastSamples(lease.shard, 60, since)).get(series)).toEqual(
      often.filter(({ at }) => at >= since),
    )
  })

  it('M7: intervals of a range give its uptime exactly', async () => {
    const { store, lease, series } = await watchOne(makePlace)
    const story = ['healthy', 'unhealthy', 'unobserved', 'degraded', 'maintenance'] as const
    const intervals = story.map((status, index) => interval(series, index + 1, status, START + index * 1_000))
    await store.commitTicks([tickOf(lease, 0, { intervals })])
    const read = await store.history.intervals([series], START + 500, START + 4_500)
    expect(read.map(({ status }) => status)).toEqual(story)
    expect(uptime(read, START + 500, START + 4_500)).toMatchObject({
      healthyMs: 500,
      downMs: 1_000,
      unobservedMs: 1_000,
      degradedMs: 1_000,
      maintenanceMs: 500,
      up: 0.6,
      coverage: 0.75,
    })
    const middle = await store.history.intervals([series], START + 1_200, START + 1_900)
    expect(middle.map(({ status }) => status)).toEqual(['unhealthy'])
    expect(await store.history.intervals([series], START - 9, START)).toEqual([])
  })

  it('M11: pages through incidents, and misses none of those that opened in one instant', async () => {
    const { store } = await setStage(makePlace)
    const targets = Array.from({ length: 9 }, (_, index) => spec(`target-${index}`))
    await store.roster.sync(targets)
    const { owned } = await store.renewAndClaim('w', 5_000)
    const opened = targets.map(({ id }, index) =>
      incident(`${index}-1`, { targetId: id, openedAt: START + (index < 6 ? 0 : index) }),
    )
    await store.commitTicks(owned.slice(0, 1).map((lease) => tickOf(lease, 0, { incidents: opened })))
    const first = await store.history.incidents({ limit: 4 })
    expect(first.slice(0, 3).map(({ id }) => id)).toEqual(['8-1', '7-1', '6-1'])
    expect(first).toHaveLength(9)
    expect(await store.history.incidents({ limit: 2 })).toHaveLength(2)
    const second = await store.history.incidents({ limit: 2, before: START + 7 })
    expect(second).toHaveLength(7)
    expect(await store.history.incidents({ limit: 2, before: START })).toEqual([])
    expect(await store.history.incidents({ limit: 9, targetId: 'target-7' })).toEqual([opened[7]])
    expect(await store.history.incidents({ limit: 9, open: false })).toEqual([])
    expect(await store.history.incidents({ limit: 1, open: true })).toHaveLength(1)
    expect(await store.history.incident('none')).toBeUndefined()
  })

  it('finds notifications by incident, channel, status and time', async () => {
    const { store, lease } = await watchOne(makePlace)
    const old = { ...notice('1-1', 1, 'mail'), createdAt: START - 10 }
    const notifications = [old, notice('1-2', 1, 'web'), notice('1-2', 1, 'mail')]
    await store.commitTicks([tickOf(lease, 0, { incidents: [incident('1-2')], notifications })])
    const keys = async (query: Parameters<typeof store.history.notifications>[0]) =>
      (await store.history.notifications(query)).map(({ notification }) => notification.key)
    expect(await keys({ limit: 9 })).toEqual(['1-2:1:mail', '1-2:1:web', '1-1:1:mail'])
    expect(await keys({ limit: 9, before: START })).toEqual(['1-1:1:mail'])
    expect(await keys({ limit: 9, incidentId: '1-2', channel: 'web' })).toEqual(['1-2:1:web'])
    expect(await keys({ limit: 9, status: 'dead' })).toEqual([])
  })

  it('drops days of samples, and rollups, intervals and incidents that are too old', async () => {
    const { store, lease, series } = await watchOne(makePlace)
    const at = (day: number): number => START + day * DAY
    const days = [-3, -2, -1, 0]
    const commit = (day: number, index: number): TickCommit =>
      tickOf(lease, index, {
        samples: [sample(series, at(day))],
        intervals: [interval(series, index + 1, 'unhealthy', at(day))],
        incidents: [incident(`1-${index + 1}`, { openedAt: at(day), closedAt: day === 0 ? undefined : at(day) + 1 })],
        events: [{ incidentId: `1-${index + 1}`, n: 1, at: at(day), kind: 'opened', text: '' }],
        notifications: [{ ...notice(`1-${index + 1}`, 1), createdAt: at(day) }],
        rollups: [{ series, hour: at(day), up: 1, failed: 0, unknown: 0, sketch: new Uint8Array([1, 0]) }],
      })
    for (const [index, day] of days.entries()) await store.commitTicks([commit(day, index)])
    // One is still to be delivered: it stays however old it is.
    await store.claimOutbox('s', 1, LOCK)
    await store.settle('s', [
      {
        attempt: { key: '1-1:1:web', at: START, outcome: 'delivered', detail: '', tookMs: 1 },
        next: { to: 'delivered' },
      },
    ])

    const before = { samplesBefore: at(-1), rollupsBefore: at(-1), incidentsBefore: at(-1) }
    expect(await store.retain(before)).not.toEqual([])
    expect((await store.history.samples([series], 0, Infinity)).map((each) => each.at)).toEqual([at(-1), at(0)])
    expect((await store.history.rollups(series, at(-9), at(9))).map(({ hour }) => hour)).toEqual([at(-1), at(0)])
    expect((await store.history.intervals([series], 0, Infinity)).map(({ from }) => from)).toEqual([
      at(-2),
      at(-1),
      at(0),
    ])
    expect((await store.history.incidents({ limit: 9 })).map(({ id }) => id)).toEqual(['1-4', '1-3'])
    const kept = await store.history.notifications({ limit: 9 })
    expect(kept.map(({ notification }) => notification.key)).toEqual(['1-4:1:web', '1-3:1:web', '1-2:1:web'])
    expect(await store.retain(before)).toEqual([])
    expect(await store.commitTicks([tickOf(lease, 9, { samples: [sample(series, at(-3))] })])).toEqual(
      new Map([[lease.shard, 'ok']]),
    )
  })

  it('S1: keeps keys until they are removed', async () => {
    const stage = await setStage(makePlace)
    const key = { id: 'k1', name: 'first', digest: 'd1', scope: 'admin', createdAt: START } as const
    await stage.store.access.addKey(key)
    await expect(stage.store.access.addKey({ ...key, id: 'k2' })).rejects.toMatchObject({ retryable: false })
    const { access } = await stage.restart()
    expect(await access.keys()).toEqual([key])
    expect([await access.removeKey('k1'), await access.removeKey('k1')]).toEqual([true, false])
    expect(await access.keys()).toEqual([])
  })

  it('S2: ends sessions one by one, by age, or all but one', async () => {
    const { access } = (await setStage(makePlace)).store
    const sessions = [1, 2, 3, 4].map(
      (n) => ({ digest: `s${n}`, scope: 'read', createdAt: START, expiresAt: START + n }) as const,
    )
    for (const session of sessions) await access.addSession(session)
    const left = async () => {
      const found = await Promise.all(sessions.map(({ digest }) => access.session(digest)))
      return found.flatMap((session) => session ?? [])
    }
    expect(await left()).toEqual(sessions)
    await access.removeSession('s3')
    await access.removeSessions({ expiredAt: START + 1 })
    expect(await left()).toEqual([sessions[1], sessions[3]])
    await access.removeSessions({ allBut: 's4' })
    expect(await left()).toEqual([sessions[3]])
    await access.removeSessions({ allBut: undefined })
    expect(await left()).toEqual([])
  })
}
