import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { retryDelayMs } from './backoff.ts'

const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('retryDelayMs', () => {
  it('M4: doubles from one second to five minutes, at random below that', () => {
    const longest = [1, 2, 3, 9, 10, 5_000].map((tries) => retryDelayMs(tries, undefined, () => 1))
    expect(longest).toEqual([1_000, 2_000, 4_000, 256_000, 300_000, 300_000])
    fc.assert(
      fc.property(fc.nat(10_000), fraction, (tries, at) => {
        const delay = retryDelayMs(tries, undefined, () => at)
        expect(delay).toBeGreaterThanOrEqual(0)
        expect(delay).toBeLessThanOrEqual(300_000)
        expect(delay).toBeLessThanOrEqual(retryDelayMs(tries + 1, undefined, () => at))
      }),
    )
  })

  it('M4: never comes back sooner than the receiver asked for, within an hour', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(10_000_000), fraction, (tries, asked, at) => {
        const delay = retryDelayMs(tries, asked, () => at)
        expect(delay).toBeGreaterThanOrEqual(Math.min(asked, 3_600_000))
        expect(delay).toBeLessThanOrEqual(3_600_000)
      }),
    )
  })
})
