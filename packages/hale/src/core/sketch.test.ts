import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NEAR_ZERO, Sketch } from './sketch.ts'

const latency = fc.oneof(
  fc.double({ min: 0.01, max: 100, noNaN: true }),
  fc.double({ min: 0.01, max: 86_400_000, noNaN: true }),
)
const sketchOf = (values: readonly number[]): Sketch => {
  const sketch = new Sketch()
  for (const value of values) sketch.add(value)
  return sketch
}
const exact = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(q * values.length)) - 1] ?? Number.NaN
describe('latency sketch', () => {
  it('is off by at most 1.1 % of the exact quantile', () => {
    fc.assert(
      fc.property(
        fc.array(latency, { minLength: 1, maxLength: 300 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const expected = exact(values, q)
          const estimate = sketchOf(values).quantile(q) ?? Number.NaN
          expect(Math.abs(estimate - expected) / expected).toBeLessThanOrEqual(0.011)
        },
      ),
    )
  })

  it('merges to what the union would have been', () => {
    fc.assert(
      fc.property(fc.array(latency), fc.array(latency), (left, right) => {
        const merged = sketchOf(left)
        merged.merge(sketchOf(right))
        expect([...merged.buckets()]).toEqual([...sketchOf([...left, ...right]).buckets()])
        expect(merged.count).toBe(left.length + right.length)
      }),
    )
  })

  it('is the sum of its buckets', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(latency, fc.constant(0))), (values) => {
        const sketch = sketchOf(values)
        const copy = new Sketch()
        for (const [bucket, count] of sketch.buckets()) copy.addBucket(bucket, count)
        expect([...copy.buckets()]).toEqual([...sketch.buckets()])
        expect([copy.count, copy.quantile(0.95)]).toEqual([sketch.count, sketch.quantile(0.95)])
      }),
    )
  })

  it('takes zero, and what is longer than a day as a day', () => {
    expect(sketchOf([0, 0, 0]).quantile(0.5)).toBe(0)
    expect(sketchOf([Infinity]).quantile(0.5)).toBeCloseTo(86_400_000, -7)
    expect(new Sketch().quantile(0.5)).toBeUndefined()
  })

  it('refuses buckets that there are not', () => {
    for (const bucket of [NEAR_ZERO - 1, 1_000, 0.5, NaN]) {
      expect(() => new Sketch().addBucket(bucket, 1)).toThrow(RangeError)
    }
  })
})
