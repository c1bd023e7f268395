import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAmount } from './amount.ts'

describe('parseAmount', () => {
  it.each([
    ['20%', { share: 0.2 }],
    ['0.5%', { share: 0.005 }],
    ['100 %', { share: 1 }],
    ['5GB', { bytes: 5e9 }],
    ['1.5 GiB', { bytes: 1.5 * 2 ** 30 }],
    ['512MiB', { bytes: 512 * 2 ** 20 }],
    ['9B', { bytes: 9 }],
    [0, { bytes: 0 }],
    [1_024, { bytes: 1_024 }],
    [0, { bytes: 0 }],
  ])('reads %s', (input, amount) => {
    expect(parseAmount(input)).toEqual(amount)
  })

  it.each(['', '20', '%', '101%', '-5%', '5gb', '5 iB', '5GB ', '1e3B', '٣%', '5%5%', NaN, -1, Infinity, null, {}])(
    'refuses %s',
    (input) => {
      expect(parseAmount(input)).toBeUndefined()
    },
  )

  it('never throws, and never reads nonsense as a number', () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        const amount = parseAmount(input)
        const value = amount === undefined ? 0 : 'share' in amount ? amount.share : amount.bytes
        expect(Number.isFinite(value) && value >= 0).toBe(true)
      }),
    )
  })
})
