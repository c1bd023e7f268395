import fc from 'fast-check'
import { Sketch } from 'hale/core/sketch'
import { describe, expect, it } from 'vitest'
import { CorruptBytesError } from '../bytes.ts'
import { decodeSketch, encodeSketch } from './sketch-bytes.ts'

const sketchOf = (values: readonly number[]): Sketch => {
  const sketch = new Sketch()
  for (const value of values) sketch.add(value)
  return sketch
}
const failureOf = (action: () => unknown): unknown => {
  try {
    action()
    return undefined
  } catch (error) {
    return error
  }
}

describe('the bytes of a sketch', () => {
  it('read as what was written', () => {
    const latency = fc.oneof(fc.double({ min: 0.001, max: 86_400_000, noNaN: true }), fc.constant(0))
    fc.assert(
      fc.property(fc.array(latency), (values) => {
        const sketch = sketchOf(values)
        expect([...decodeSketch(encodeSketch(sketch)).buckets()]).toEqual([...sketch.buckets()])
      }),
    )
  })

  it('stay as they are stored: what an earlier Hale wrote can be read', () => {
    expect(encodeSketch(sketchOf([0, 0, 0.001_000_1, 1, 10, 10]))).toEqual(Uint8Array.of(1, 2, 0, 1, 189, 2, 1, 106, 2))
  })

  it('are within 200 for an hour at 10 s', () => {
    const hour = Array.from({ length: 360 }, (_, index) => 20 * Math.exp(Math.sin(index * 12.9898) * 0.8))
    expect(encodeSketch(sketchOf(hour)).length).toBeLessThan(200)
  })

  it('S9: throw a CorruptBytesError or nothing when they are arbitrary', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.boolean(), (bytes, versioned) => {
        if (versioned) bytes[0] = 1
        const outcome = failureOf(() => decodeSketch(bytes)) ?? new CorruptBytesError('none')
        expect(outcome).toBeInstanceOf(CorruptBytesError)
      }),
      { numRuns: 2_000 },
    )
  })
})
