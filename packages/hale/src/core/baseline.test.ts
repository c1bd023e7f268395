import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Baseline } from './baseline.ts'

function baselineOf(figures: readonly number[]): Baseline {
  const baseline = new Baseline(72)
  for (const figure of figures) baseline.add(figure)
  return baseline
}

describe('Baseline', () => {
  it('tells median and scaled MAD', () => {
    expect(baselineOf([1, 1, 2, 2, 4, 6, 9]).usual(1)).toEqual({ median: 2, spread: 1.4826, windows: 7 })
    expect(baselineOf([10, 20]).usual(1)).toMatchObject({ median: 15, spread: 5 * 1.4826 })
  })

  it('says nothing before it has seen enough', () => {
    expect(baselineOf([]).usual(0)).toBeUndefined()
    expect(baselineOf([1, 2]).usual(3)).toBeUndefined()
  })

  it('stays within the good figures while fewer than half are bad', () => {
    const good = fc.array(fc.double({ min: 90, max: 110, noNaN: true }), { minLength: 11, maxLength: 40 })
    const bad = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { maxLength: 10 })
    fc.assert(
      fc.property(good, bad, (usual, outliers) => {
        const { median, spread } = baselineOf([...outliers, ...usual]).usual(1) ?? { median: NaN, spread: NaN }
        expect(median).toBeGreaterThanOrEqual(90)
        expect(median).toBeLessThanOrEqual(110)
        expect(spread).toBeLessThanOrEqual(20 * 1.4826)
      }),
    )
  })

  it('forgets what is older than 72 windows', () => {
    expect(baselineOf([...Array<number>(72).fill(1), ...Array<number>(72).fill(5)]).usual(1)).toEqual({
      median: 5,
      spread: 0,
      windows: 72,
    })
  })
})
