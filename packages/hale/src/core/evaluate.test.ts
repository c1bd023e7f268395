import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { age, evaluate, initialState } from './evaluate.ts'
import type { EvaluationPolicy } from './policy.ts'
import type { Result } from './result.ts'
import type { State } from './state.ts'
import { isJudged, severity, type JudgedStatus, type Status } from './status.ts'

const policy: EvaluationPolicy = { failureThreshold: 3, successThreshold: 2, staleAfterMs: 30_000 }
const instant = (second: number) => ({ now: second * 1_000, wall: 1_700_000_000_000 + second * 1_000 })
const observe = (status: Status, second: number) => ({
  result: { status } satisfies Result,
  at: instant(second),
  durationMs: 5,
})
const replay = (statuses: readonly Status[], under: EvaluationPolicy = policy): State =>
  statuses.reduce((state, status, index) => evaluate(state, observe(status, index), under), initialState(instant(0)))

const LETTERS: Readonly<Record<string, Status>> = {
  H: 'healthy',
  D: 'degraded',
  U: 'unhealthy',
  K: 'unknown',
  M: 'maintenance',
}
const after = (letters: string): Status => replay([...letters].map((letter) => LETTERS[letter] as Status)).status

describe('evaluate', () => {
  it('is unknown, PENDING before the first result', () => {
    expect(initialState(instant(0))).toMatchObject({ status: 'unknown', result: { code: 'PENDING' } })
  })

  it.each([
    ['U', 'unhealthy'],
    ['D', 'degraded'],
    ['H', 'healthy'],
    ['K', 'unknown'],
  ])('E8: the first result bypasses the thresholds: %s reads %s', (letters, status) => {
    expect(after(letters)).toBe(status)
  })

  it.each([
    ['HUU', 'healthy'],
    ['HUUU', 'unhealthy'],
    ['HUUHUUHUU', 'healthy'],
    ['HUHUHUHU', 'healthy'],
    ['HUUUHUHU', 'unhealthy'],
    ['HUUUHH', 'healthy'],
    ['HDDD', 'degraded'],
    ['HDUU', 'degraded'],
    ['HDUUU', 'unhealthy'],
    ['HUUUDH', 'degraded'],
    ['HUUUDHH', 'healthy'],
    ['HUUM', 'maintenance'],
    ['HUUMH', 'healthy'],
    ['HMU', 'unhealthy'],
  ])('E8: thresholds count consecutive results: %s reads %s', (letters, status) => {
    expect(after(letters)).toBe(status)
  })

  it('says how far a threshold has counted', () => {
    expect(replay(['healthy', 'unhealthy', 'unhealthy']).reason).toEqual({
      gate: 'failure-threshold',
      seen: 2,
      needed: 3,
    })
  })

  it('rests the belief on a result of the believed status', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom<Status>(...Object.values(LETTERS))), (statuses) => {
        const state = replay(statuses)
        expect(state.result.status).toBe(state.status)
      }),
    )
  })

  it('E8: never turns worse unless the last failureThreshold results are all worse than before', () => {
    const judged = fc.constantFrom<JudgedStatus>('healthy', 'degraded', 'unknown', 'unhealthy')
    fc.assert(
      fc.property(
        fc.array(judged, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        (statuses, failureThreshold, successThreshold) => {
          const under = { failureThreshold, successThreshold, staleAfterMs: 1e9 }
          let state = initialState(instant(0))
          for (const [index, status] of statuses.entries()) {
            const before = state
            state = evaluate(state, observe(status, index), under)
            if (index === 0 || state.status === before.status) continue
            const worsened = severity(state.status) > severity(before.status)
            const window = statuses.slice(0, index + 1).slice(-(worsened ? failureThreshold : successThreshold))
            const severities = window.map((each) => severity(each))
            expect(window).toHaveLength(worsened ? failureThreshold : successThreshold)
            expect(severity(state.status)).toBe(worsened ? Math.min(...severities) : Math.max(...severities))
          }
        },
      ),
    )
  })

  it('settles on any status that keeps coming', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom<Status>(...Object.values(LETTERS))),
        fc.constantFrom<Status>(...Object.values(LETTERS)),
        (history, last) => {
          expect(replay([...history, last, last, last]).status).toBe(last)
        },
      ),
    )
  })

  it('counts consecutive failures through what is held back', () => {
    expect(replay(['healthy', 'unhealthy', 'unknown']).consecutiveFailures).toBe(2)
    expect(replay(['unhealthy', 'degraded']).consecutiveFailures).toBe(0)
  })

  it('keeps `since` while the status stays', () => {
    const state = replay(['healthy', 'unhealthy', 'unhealthy', 'unhealthy', 'unhealthy'])
    expect(state.since).toBe(instant(3).wall)
  })

  it('keeps no more results than the thresholds look back on', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom<Status>('healthy', 'unhealthy', 'degraded')), (statuses) => {
        const { recent } = replay(statuses)
        expect(recent.length).toBeLessThanOrEqual(3)
        expect(recent.every((each) => isJudged(each.status))).toBe(true)
      }),
    )
  })
})

describe('age', () => {
  it('E2: a result past its staleness limit reads unknown, STALE, whatever it was', () => {
    for (const status of Object.values(LETTERS)) {
      const state = replay([status])
      expect(age(state, instant(30), policy)).toBe(state)
      expect(age(state, instant(31), policy)).toMatchObject({ status: 'unknown', result: { code: 'STALE' } })
    }
  })

  it('E2: the first answer after a stale one is believed at once', () => {
    const stale = age(replay(['healthy']), instant(60), policy)
    expect(evaluate(stale, observe('unhealthy', 61), policy).status).toBe('unhealthy')
  })

  it('E6: the wall clock set back an hour changes nothing', () => {
    const state = replay(['healthy'])
    const at = { now: 10_000, wall: instant(10).wall - 3_600_000 }
    expect(age(state, at, policy)).toBe(state)
  })

  it('E6: what is stale is so by the monotonic clock, wherever the wall clock was set', () => {
    const state = replay(['healthy'])
    for (const hours of [-1, 0, 1]) {
      const wall = instant(10).wall + hours * 3_600_000
      expect(age(state, { now: policy.staleAfterMs, wall }, policy)).toBe(state)
      expect(age(state, { now: 1e9, wall }, policy)).toMatchObject({ status: 'unknown', result: { code: 'STALE' } })
    }
  })
})
