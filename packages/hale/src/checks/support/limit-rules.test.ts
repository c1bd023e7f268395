import { describe, expect, it } from 'vitest'
import type { Given } from '../../core/rules.ts'
import { AMOUNT, COUNT, DURATION, LEVEL, limitRules, SHARE } from './limit-rules.ts'

describe('rules for limits', () => {
  it.each([
    [DURATION, [0, 250, '10s', '1h30m'], ['5', '10 s', -1, Number.NaN, Infinity, true, null, {}]],
    [SHARE, ['0%', '12.5%', '100%'], ['5', '101%', '5GB', 5, Number.NaN, null, {}]],
    [COUNT, [0, 2.5, Infinity], ['5', -1, Number.NaN, null, true, [1]]],
    [LEVEL, [0.1, 4], ['2', 0, -1, Number.NaN, Infinity, null]],
    [AMOUNT, ['20%', '5GB', 0, 1_024], ['20', 'much', -1, Number.NaN, null]],
  ] as const)('take what is %o', (kind, right, wrong) => {
    const rules = limitRules('soft', 'hard', kind)
    for (const value of [undefined, ...right]) {
      expect([rules.soft(value, {}), rules.hard(value, {})]).toEqual([false, false])
    }
    for (const value of wrong) {
      for (const message of [rules.soft(value, {}), rules.hard(value, {})]) {
        expect(message).toMatch(new RegExp(`is not ${kind.meant}$`))
      }
    }
  })

  it('refuse limits that are the wrong way round, their defaults too', () => {
    const judge = (options: Given): unknown => {
      const rules = limitRules('degraded', 'unhealthy', SHARE, { degraded: '80%', unhealthy: '92%' })
      return rules.degraded(options['degraded'], options)
    }
    expect(judge({ degraded: '90%', unhealthy: '80%' })).toBe('90% must not be above unhealthy, 80%')
    expect(judge({ degraded: '100%' })).toBe('100% must not be above unhealthy, 92%')
    expect(judge({ unhealthy: '70%' })).toBe('80% must not be above unhealthy, 70%')
    expect(judge({ degraded: '90%' })).toBe(false)
    expect(judge({ degraded: '90%', unhealthy: 'x' })).toBe(false)
  })

  it('refuse a number that is too small to mean bytes, and say what was meant', () => {
    const problem = '10 would be bytes; write "10%" for a share, or a unit as in "10GB"'
    expect(limitRules('soft', 'hard', AMOUNT).soft(10, {})).toBe(problem)
    expect(limitRules('soft', 'hard', AMOUNT).hard(1_023, {})).toContain('"1023GB"')
  })

  it('compare a share with a share, bytes with bytes, and no share with bytes', () => {
    const { soft } = limitRules('soft', 'hard', AMOUNT)
    expect(soft('90%', { hard: '1KB' })).toBe(false)
    expect(soft('2GB', { hard: '1%' })).toBe(false)
    expect(soft('2GB', { hard: '1GiB' })).toBe('2GB must not be above hard, 1GiB')
    expect(soft('9%', { hard: '8%' })).toBe('9% must not be above hard, 8%')
    expect(soft('1000MB', { hard: '1GB' })).toBe(false)
  })
})
