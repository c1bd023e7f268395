import fc from 'fast-check'
import { STATUSES, type Code } from 'hale'
import { describe, expect, it } from 'vitest'
import { CorruptBytesError } from '../bytes.ts'
import type { Phases, Sample } from '../model.ts'
import { fromDurationCode, toDurationCode } from './duration-code.ts'
import { decodeSegment, encodeSegment } from './segment.ts'

const t0 = 1_700_000_000_000

const duration = fc.double({ min: 0, max: 86_400_000, noNaN: true })
const phases = fc.record(
  { dnsMs: duration, connectMs: duration, tlsMs: duration, firstByteMs: duration, transferMs: duration },
  { requiredKeys: [] },
)
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 3 })
const sample: fc.Arbitrary<Sample> = fc.record({
  series: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 2 ** 48 })),
  at: fc.integer({ min: t0, max: t0 + 20_000 }),
  status: fc.constantFrom(...STATUSES),
  durationMs: optional(duration),
  code: optional(fc.oneof(fc.constantFrom<Code>('TIMEOUT', 'STALE'), fc.string())),
  phases: optional(phases),
})

const quantised = (ms: number | undefined): number | undefined => fromDurationCode(toDurationCode(ms))
const stored = (samples: readonly Sample[]): Sample[] =>
  samples
    .toSorted((a, b) => a.series - b.series || a.at - b.at)
    .map((each) => ({
      ...each,
      at: t0 + Math.round((each.at - t0) / 10) * 10,
      durationMs: quantised(each.durationMs),
      phases:
        each.phases &&
        (Object.fromEntries(Object.entries(each.phases).map(([name, ms]) => [name, quantised(ms)])) as Phases),
    }))
const failureOf = (action: () => unknown): unknown => {
  try {
    action()
    return undefined
  } catch (error) {
    return error
  }
}

describe('duration code', () => {
  it('is off by at most 5 µs below 10 ms and 0.6 % above', () => {
    fc.assert(
      fc.property(fc.oneof(duration, fc.double({ min: 0, max: 20, noNaN: true })), (ms) => {
        const read = quantised(ms) ?? Number.NaN
        expect(Math.abs(read - ms)).toBeLessThanOrEqual(Math.max(0.005_001, ms * 0.006))
      }),
    )
  })

  it('keeps what it has rounded, and never needs more than two varint bytes', () => {
    fc.assert(
      fc.property(duration, (ms) => {
        expect(quantised(quantised(ms))).toBe(quantised(ms))
        expect(toDurationCode(ms)).toBeLessThan(2 ** 14)
      }),
    )
  })

  it('knows absent from zero, and takes no nonsense', () => {
    expect([undefined, 0, -1, Number.NaN, Infinity].map(quantised)).toEqual([undefined, 0, 0, undefined, undefined])
  })
})

describe('segment', () => {
  it('gives back what was put in, within the quantisation', () => {
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 60 }), (samples) => {
        expect(decodeSegment(encodeSegment(samples, t0), t0)).toEqual(stored(samples))
      }),
    )
  })

  it('decodes some series alone as it does among all', () => {
    fc.assert(
      fc.property(
        fc.array(sample, { maxLength: 60 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 40 })),
        (samples, ids) => {
          const wanted = new Set(ids)
          const bytes = encodeSegment(samples, t0)
          const among = decodeSegment(bytes, t0).filter(({ series }) => wanted.has(series))
          expect(decodeSegment(bytes, t0, wanted)).toEqual(among)
        },
      ),
    )
  })

  it('S9: throws a CorruptBytesError or nothing on arbitrary bytes', () => {
    const survives = (bytes: Uint8Array): void => {
      const outcome = failureOf(() => decodeSegment(bytes, t0)) ?? new CorruptBytesError('none')
      expect(outcome).toBeInstanceOf(CorruptBytesError)
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), survives), { numRuns: 2_000 })
    const changed = fc.tuple(
      fc.array(sample, { minLength: 1, maxLength: 20 }),
      fc.nat(),
      fc.integer({ min: 0, max: 255 }),
    )
    fc.assert(
      fc.property(changed, ([samples, place, value]) => {
        const bytes = encodeSegment(samples, t0)
        bytes[place % bytes.length] = value
        survives(bytes)
        survives(bytes.subarray(0, place % bytes.length))
      }),
      { numRuns: 2_000 },
    )
  })

  it('refuses a version that it does not know', () => {
    const bytes = encodeSegment([], t0)
    bytes[0] = 9
    expect(() => decodeSegment(bytes, t0)).toThrow('Segment version 9')
  })

  it('refuses a sample before t0', () => {
    const early: Sample = {
      series: 1,
      at: t0 - 50,
      status: 'healthy',
      durationMs: 1,
      code: undefined,
      phases: undefined,
    }
    expect(() => encodeSegment([early], t0)).toThrow(RangeError)
  })

  it('takes at most 3.5 bytes a sample for targets with five components and random latencies', () => {
    const samples = Array.from({ length: 125 * 6 }, (_, index): Sample => {
      const target = Math.floor(index / 6)
      const durationMs = 2 + ((index * 7_919) % 1_000) / 5
      return {
        series: 1 + target * 12 + (index % 6),
        at: t0 + target * 8,
        status: 'healthy',
        durationMs,
        code: undefined,
        phases: undefined,
      }
    })
    expect(encodeSegment(samples, t0).length / samples.length).toBeLessThan(3.5)
  })
})
