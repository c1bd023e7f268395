import { describe, expect, it } from 'vitest'
import { crowdedWorld, pausedWorld } from '../../../../test/dashboard/hard-worlds.ts'
import { brokenWorld, emptyWorld, healthyWorld, type World } from '../../../../test/dashboard/world.ts'
import { newestBurstFirst } from './bursts.ts'
import { worstOf } from './status.ts'
import { createTimes } from './time.ts'
import { because, reasonAlone, verdict } from './verdict.ts'

const now = Date.UTC(2026, 10, 22, 13, 25, 0)
const times = createTimes('Europe/Berlin')
const targets = (world: World): Parameters<typeof verdict>[0] => [...world.targets.values()]

describe('verdict', () => {
  it('is calm when all is well', () => {
    const all = targets(healthyWorld(now)).map((target) => ({ ...target, since: now - 7_500_000 }))
    expect(verdict(all, now, times)).toEqual({
      status: 'healthy',
      headline: 'All 14 healthy',
      detail: 'Nothing has changed for 2 h 5 min.',
    })
  })

  it('says what is wrong, since when in the viewer’s zone, and why', () => {
    expect(verdict(targets(brokenWorld(now)), now, times)).toEqual({
      status: 'unhealthy',
      headline: '2 of 14 unhealthy, 1 degraded',
      detail:
        'payments since 14:02, because postgres-main refused the connection (ECONNREFUSED 10.0.4.12:5432), and 1 more',
    })
  })

  it('takes a target that nobody has asked yet for no trouble', () => {
    const pending = targets(healthyWorld(now)).map((target) => ({
      ...target,
      status: 'unknown' as const,
      code: 'PENDING',
    }))
    expect(verdict(pending, now, times).headline).toBe('Waiting for the first answer of 14 targets')
    const [first, ...others] = targets(healthyWorld(now))
    const some = [...others, { ...first!, status: 'unknown' as const, code: 'PENDING' }]
    expect(verdict(some, now, times)).toEqual({
      status: 'healthy',
      headline: '13 of 14 healthy',
      detail: '1 not asked yet.',
    })
    expect(worstOf(some)).toBe('healthy')
  })

  it('takes what is in maintenance for no failure, and does not call it skipped', () => {
    const paused = targets(pausedWorld(now))
    const unchanged = 'Nothing has changed for 12 min.'
    expect(verdict(paused, now, times)).toEqual({
      status: 'maintenance',
      headline: 'All 14 in maintenance',
      detail: unchanged,
    })
    const [first, second, ...others] = paused
    const mixed = [{ ...first!, status: 'healthy' as const }, { ...second!, status: 'skipped' as const }, ...others]
    expect(verdict(mixed, now, times)).toMatchObject({
      headline: '1 of 14 healthy',
      detail: `12 in maintenance. 1 skipped. ${unchanged}`,
    })
  })

  it('ends what a cause says before it counts the others', () => {
    expect(verdict(targets(crowdedWorld(now)), now, times).detail).toMatch(/whether it is overloaded\. And 13 more$/)
  })

  it('has words for nothing at all', () => {
    expect(verdict(targets(emptyWorld(now)), now, times).headline).toBe('Nothing is watched yet')
  })
})

describe('because', () => {
  it('takes the cause from the sentence, else the message, else the code', () => {
    expect(
      because({ sentence: 'unhealthy since 14:02, because db refused the connection', message: 'x', code: 'Y' }),
    ).toBe('db refused the connection')
    expect(because({ sentence: 'unhealthy', message: 'No answer.', code: 'TIMEOUT' })).toBe('No answer')
    expect(because({ sentence: 'unhealthy', message: null, code: 'TIMEOUT' })).toBe('TIMEOUT')
    expect(because({ sentence: 'healthy', message: null, code: null })).toBeUndefined()
  })
})

describe('reasonAlone', () => {
  it('stands as a sentence of its own, names left as they are', () => {
    const target = { message: null, code: null, reason: 'still unhealthy' }
    expect(reasonAlone({ ...target, sentence: 'unhealthy since 14:02, because it refused the connection' })).toBe(
      'It refused the connection',
    )
    expect(reasonAlone({ ...target, sentence: 'unhealthy since 14:02, because iter-db timed out' })).toBe(
      'iter-db timed out',
    )
    expect(reasonAlone({ ...target, sentence: 'unhealthy' })).toBe('still unhealthy')
  })
})

describe('newestBurstFirst', () => {
  it('puts tonight before last week, and a cause before what follows from it', () => {
    const minutes = (n: number): { since: number } => ({ since: now - n * 60_000 })
    const [old, cause, second, third] = [minutes(9_000), minutes(23), minutes(22), minutes(20)]
    expect(newestBurstFirst([third, old, cause, second])).toEqual([cause, second, third, old])
  })
})
