import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ago, coarse, responseTime, span } from './duration.ts'

describe('span', () => {
  it.each([
    [-5, '0 s'],
    [Number.NaN, '0 s'],
    [999, '0 s'],
    [12_400, '12 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_599_999, '59 min'],
    [3_600_000, '1 h'],
    [7_500_000, '2 h 5 min'],
    [86_400_000, '1 d'],
    [273_600_000, '3 d 4 h'],
  ])('%d ms is %s', (ms, words) => {
    expect(span(ms)).toBe(words)
  })

  it('never says more than has passed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e11 }), (ms) => {
        const units: Record<string, number> = { s: 1e3, min: 6e4, h: 3.6e6, d: 8.64e7 }
        const said = [...span(ms).matchAll(/(\d+) (\w+)/g)].reduce(
          (sum, [, n, unit]) => sum + Number(n) * (units[unit ?? ''] ?? Number.NaN),
          0,
        )
        expect(said).toBeLessThanOrEqual(ms)
      }),
    )
  })
})

describe('ago and coarse', () => {
  it('take one unit', () => {
    expect([ago(-3_000), ago(4_999), ago(5_000), ago(240_000), coarse(90_000_000)]).toEqual([
      'just now',
      'just now',
      '5 s ago',
      '4 min ago',
      '1 d',
    ])
  })
})

describe('responseTime', () => {
  it.each([
    [null, '–'],
    [undefined, '–'],
    [0, '0 ms'],
    [0.42, '0.4 ms'],
    [9.96, '10 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [1_240, '1.24 s'],
    [9_996, '10.0 s'],
    [12_340, '12.3 s'],
    [125_000, '2 min'],
  ])('%s is %s', (ms, words) => {
    expect(responseTime(ms)).toBe(words)
  })
})
