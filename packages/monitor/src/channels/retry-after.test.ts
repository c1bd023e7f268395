import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRetryAfter } from './retry-after.ts'

const wall = Date.UTC(2026, 10, 22, 14, 0, 0)

describe('parseRetryAfter', () => {
  it('reads seconds and dates', () => {
    expect(parseRetryAfter('120', wall)).toBe(120_000)
    expect(parseRetryAfter(' 0 ', wall)).toBe(0)
    expect(parseRetryAfter('Sun, 22 Nov 2026 14:05:00 GMT', wall)).toBe(300_000)
    expect(parseRetryAfter('Sun, 22 Nov 2026 13:00:00 GMT', wall)).toBe(0)
  })

  it('S9: reads any text as a wait that is not negative, or as nothing', () => {
    for (const text of ['', '-1', '1.5', '12345678901', '2026-11-22', 'soon', 'Sunday']) {
      expect(parseRetryAfter(text, wall)).toBeUndefined()
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        const ms = parseRetryAfter(text, wall)
        expect(ms === undefined || (Number.isFinite(ms) && ms >= 0)).toBe(true)
      }),
    )
  })
})
