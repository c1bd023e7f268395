import type { Result } from 'hale'
import { describe, expect, it } from 'vitest'
import { anOutcome, aTarget } from '../../test/builders.ts'
import type { ComponentOutcome } from '../model.ts'
import type { ProbeReport } from './news.ts'
import { absorb, grow, newWatched, type Watched } from './watch.ts'

const WALL = 1_700_000_000_000
const at = (second: number) => ({ now: second * 1_000, wall: WALL + second * 1_000 })
const component = (name: string, result: Result): ComponentOutcome => ({
  name,
  result,
  durationMs: 3,
  impact: 'fails',
  runbook: undefined,
})
const report = (second: number, result: Result, components: readonly ComponentOutcome[] = []): ProbeReport => ({
  targetId: 'payments',
  at: at(second),
  fresh: false,
  outcome: anOutcome({ result, components }),
})
const SERIES = new Map([
  ['database', 2],
  ['cache', 3],
])
const seriesOf = (name: string): number => SERIES.get(name) ?? 99
const spec = aTarget({ id: 'payments', policy: { failureThreshold: 2 } })
const start = (): Watched => newWatched(spec, 1, at(0))
const take = (watched: Watched, each: ProbeReport) => absorb(watched, each, seriesOf)

describe('absorb', () => {
  it('gives every component a state, a sample and an interval of its own', () => {
    const { watched, changes } = take(
      start(),
      report(1, { status: 'healthy' }, [
        component('database', { status: 'healthy' }),
        component('cache', { status: 'degraded', code: 'SLOW', message: 'slow' }),
      ]),
    )
    expect([...watched.components.values()].map((each) => [each.name, each.state.status])).toEqual([
      ['database', 'healthy'],
      ['cache', 'degraded'],
    ])
    expect(changes.samples.map((sample) => [sample.series, sample.status, sample.code])).toEqual([
      [2, 'healthy', undefined],
      [3, 'degraded', 'SLOW'],
      [1, 'healthy', undefined],
    ])
    expect(changes.intervals.map((each) => [each.series, each.seq, each.status])).toEqual([
      [2, 1, 'healthy'],
      [3, 1, 'degraded'],
      [1, 1, 'healthy'],
    ])
  })

  it('E8: holds a target back until its threshold, and says so', () => {
    let { watched } = take(start(), report(1, { status: 'healthy' }))
    const once = take(watched, report(2, { status: 'unhealthy', code: 'TIMEOUT' }))
    expect(once.watched.state).toMatchObject({
      status: 'healthy',
      reason: { gate: 'failure-threshold', seen: 1, needed: 2 },
    })
    expect(once.changes.intervals).toEqual([])
    watched = take(once.watched, report(3, { status: 'unhealthy', code: 'TIMEOUT' })).watched
    expect(watched.state.status).toBe('unhealthy')
  })

  it('writes no state row while nothing changes, and one while a threshold counts', () => {
    const first = take(start(), report(1, { status: 'healthy' }))
    expect(first.changes.states.size).toBe(1)
    const second = take(first.watched, report(2, { status: 'healthy' }))
    expect(second.changes.states.size).toBe(0)
    const third = take(second.watched, report(3, { status: 'unhealthy', code: 'TIMEOUT' }))
    expect(third.changes.states.size).toBe(1)
    const fourth = take(third.watched, report(4, { status: 'healthy' }))
    expect(fourth.changes.states.size).toBe(1)
  })

  it('reads a component skipped that the document no longer names', () => {
    const both = [component('database', { status: 'healthy' }), component('cache', { status: 'healthy' })]
    const { watched } = take(start(), report(1, { status: 'healthy' }, both))
    const next = take(watched, report(2, { status: 'healthy' }, both.slice(0, 1))).watched
    expect(next.components.get('cache')?.state).toMatchObject({
      status: 'skipped',
      result: { code: 'COMPONENT_MISSING' },
    })
  })

  it('does not judge components when nothing could be read', () => {
    const { watched } = take(start(), report(1, { status: 'healthy' }, [component('database', { status: 'healthy' })]))
    const refused = take(watched, report(2, { status: 'unhealthy', code: 'CONNECTION_REFUSED' }))
    expect(refused.watched.components.get('database')?.state.status).toBe('healthy')
    expect(refused.changes.samples.map((sample) => sample.series)).toEqual([1])
  })

  it('never lets an interval begin before the one it ends, even with the clock set back', () => {
    const { watched } = take(start(), report(100, { status: 'healthy' }))
    const back: ProbeReport = {
      ...report(101, { status: 'maintenance' }),
      at: { now: 101_000, wall: WALL - 3_600_000 },
    }
    expect(take(watched, back).changes.intervals[0]?.from).toBe(at(100).wall)
  })
})

describe('grow', () => {
  it('M7: what was not observed for too long is unobserved, not down', () => {
    const { watched } = take(start(), report(1, { status: 'healthy' }, [component('database', { status: 'healthy' })]))
    const later = at(1 + spec.policy.staleAfterMs / 1_000 + 1)
    const { watched: grown, changes } = grow(watched, later)
    expect(grown.state).toMatchObject({ status: 'unknown', result: { code: 'STALE' } })
    expect(changes.intervals.map((each) => [each.series, each.status])).toEqual([
      [2, 'unobserved'],
      [1, 'unobserved'],
    ])
  })

  it('returns the same object while nothing grows old', () => {
    const { watched } = take(start(), report(1, { status: 'healthy' }))
    expect(grow(watched, at(2)).watched).toBe(watched)
  })
})
