import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatBytes, formatMs, formatObserved } from './figures.ts'

describe('formatObserved', () => {
  it.each([
    [{ value: 703.567, unit: 'ms' }, '704 ms'],
    [{ value: 999.6, unit: 'ms' }, '1 s'],
    [{ value: 1203, unit: 'ms' }, '1.2 s'],
    [{ value: 90_000, unit: 'ms' }, '1 min 30 s'],
    [{ value: 12.3456, unit: 'ms' }, '12.3 ms'],
    [{ value: 0.04217, unit: 'ms' }, '0.0422 ms'],
    [{ value: 0, unit: 'ms' }, '0 ms'],
    [{ value: -4_321.5, unit: 'ms' }, '-4.3 s'],
    [{ value: 0.2504, unit: 's' }, '250 ms'],
    [{ value: 93.123456789, unit: '%' }, '93.1 %'],
    [{ value: 12.96, unit: 'd' }, '13 d'],
    [{ value: 3_249_000_000, unit: 'By' }, '3.2 GB'],
    [{ value: 14_203, unit: 'messages' }, '14,203 messages'],
    [{ value: 1_234_567.8, unit: 'rows' }, '1,234,568 rows'],
    [{ value: 4_040 }, '4040'],
    [{ value: 1.5, unit: '1' }, '1.5'],
    [{ value: true }, 'true'],
    [{ value: '8.4.1234', unit: 'version' }, '8.4.1234 version'],
    [{ value: 1e21, unit: 'ms' }, '11574074074074 d 1 h'],
    [{ value: Infinity, unit: 'jobs' }, 'Infinity jobs'],
  ])('writes %o as %s', (observed, text) => {
    expect(formatObserved(observed)).toBe(text)
  })

  it('never shows more than three digits of what is no whole number, and is never off by more than one in two hundred', () => {
    const units = fc.constantFrom('%', 'd', 'per processor', undefined)
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 999, noNaN: true }), units, (value, unit) => {
        const [figure = ''] = formatObserved({ value, ...(unit === undefined ? {} : { unit }) }).split(' ')
        expect(figure.replace(/^0\.0*|\./, '').length).toBeLessThanOrEqual(3)
        expect(Math.abs(Number(figure) / value - 1)).toBeLessThanOrEqual(0.005)
      }),
    )
  })

  it('never shows more than three digits beside a unit of time below a minute, or of bytes', () => {
    const measured = fc.oneof(
      fc.record({ value: fc.double({ min: 0.1, max: 59_000, noNaN: true }), unit: fc.constant('ms') }),
      fc.record({ value: fc.double({ min: 0, max: 9e20, noNaN: true }), unit: fc.constant('bytes') }),
    )
    fc.assert(
      fc.property(measured, (observed) => {
        expect(formatObserved(observed)).toMatch(/^(?:\d{1,3}|\d{1,2}\.\d) (?:ms|s|[KMGTPE]?B)$/)
      }),
    )
  })
})

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1 KB'],
    [999_960, '1 MB'],
    [123_456_789, '123 MB'],
    [3_249_000_000, '3.2 GB'],
    [2e15, '2 PB'],
  ])('writes %s as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })
})

describe('formatMs', () => {
  it.each([
    [0.44, '0.4 ms'],
    [12.34, '12.3 ms'],
    [99.96, '100 ms'],
    [703.567, '704 ms'],
    [999.6, '1 s'],
    [12_345, '12 s'],
  ])('writes %s as %s', (ms, text) => {
    expect(formatMs(ms)).toBe(text)
  })
})
