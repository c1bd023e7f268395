import fc from 'fast-check'
import type { Beat } from '@hale/contract'
import { describe, expect, it } from 'vitest'
import { beatAt, layoutBeats, SLOTS } from './beat-layout.ts'

const beats = (...at: readonly number[]): Beat[] => at.map((each) => [each, 'healthy', 10])

describe('layoutBeats', () => {
  it('M7: leaves an empty slot where nobody looked, and before the first beat', () => {
    const bars = layoutBeats(beats(0, 10_000, 60_000), 10_000, 300, 24)
    expect(bars).toHaveLength(SLOTS)
    expect(bars.slice(-5).map((bar) => bar.beat)).toEqual([undefined, 0, 1, undefined, 2])
    expect(bars.at(-2)?.status).toBeUndefined()
  })

  it('lets trouble stand taller than health', () => {
    const [well, ill] = layoutBeats(
      [
        [0, 'healthy', 1],
        [1, 'unhealthy', null],
      ],
      10_000,
      300,
      24,
    ).slice(-2)
    expect(ill?.height).toBeGreaterThan(well?.height ?? 0)
    expect(ill?.y).toBe(0)
  })

  it('keeps bars whole, alike, in order, inside and apart, at any size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 130, max: 4_000 }),
        fc.integer({ min: 4, max: 200 }),
        fc.integer({ min: 0, max: 60 }),
        (width, height, count) => {
          const bars = layoutBeats(
            beats(...Array.from({ length: count }, (_, index) => index * 1_000)),
            1_000,
            width,
            height,
          )
          expect(bars.at(-1)!.x + bars.at(-1)!.width).toBe(width)
          expect(bars[0]!.x).toBe(0)
          expect(bars.slice(1).every((bar, index) => bar.x > bars[index]!.x + bars[index]!.width)).toBe(true)
          for (const bar of bars) {
            expect([bar.x, bar.y, bar.width, bar.height].every(Number.isInteger)).toBe(true)
            expect(bar.y + bar.height).toBe(height)
            expect(bar.width).toBe(bars[0]!.width)
          }
        },
      ),
    )
  })

  it('finds the beat under the pointer', () => {
    const bars = layoutBeats(beats(0, 1_000), 1_000, 300, 24)
    expect([beatAt(bars, 299), beatAt(bars, bars.at(-2)!.x), beatAt(bars, 0)]).toEqual([1, 0, undefined])
  })
})
