import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bareAddress,
  certificateWarning,
  componentCount,
  coverage,
  observedText,
  percent,
  uptimeInWords,
  uptimeShare,
} from './figures.ts'

const uptime = (up: number | null, coverage: number): Parameters<typeof coverageOf>[0] => ({
  from: 0,
  to: 100,
  up,
  coverage,
  healthyMs: 0,
  degradedMs: 0,
  downMs: 0,
  maintenanceMs: 0,
  unobservedMs: 0,
  observedFrom: 0,
})
const coverageOf = coverage

describe('percent', () => {
  it('M7: says 100 % only of the whole, and never rounds up', () => {
    expect([percent(1), percent(0.999_99), percent(0.9998), percent(0.000_01), percent(0)]).toEqual([
      '100 %',
      '99.99 %',
      '99.98 %',
      '< 0.01 %',
      '0.00 %',
    ])
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
        const said = Number(percent(share).replace('< 0.01', '0').replace(' %', ''))
        expect(said).toBeLessThanOrEqual(share * 100 + 1e-5)
      }),
    )
  })
})

describe('uptime', () => {
  it('M7: stands beside its coverage, and says when nobody looked', () => {
    expect([uptimeShare(uptime(0.9998, 1)), coverage(uptime(0.9998, 0.944))]).toEqual(['99.98 %', 'seen 94 %'])
    const young = { ...uptime(1, 1 / 720), to: 86_400_000, observedFrom: 86_280_000 }
    expect([coverage(young), uptimeInWords(young)]).toEqual([
      'seen 2 min',
      'Uptime of the last 24 hours, of which 2 min (< 1 %) were observed',
    ])
    expect([uptimeShare(uptime(null, 0)), coverage(uptime(null, 0))]).toEqual(['not observed yet', ''])
  })
})

describe('what is said only when there is something to say', () => {
  it('counts components', () => {
    expect(componentCount({ total: 0, notHealthy: 0 })).toBeUndefined()
    expect(componentCount({ total: 1, notHealthy: 0 })).toBe('1 component healthy')
    expect(componentCount({ total: 5, notHealthy: 1 })).toBe('4 of 5 components healthy')
  })

  it('warns of certificates from 30 days on', () => {
    expect([null, 30, 29.9, 0.4, -2].map((days) => certificateWarning(days))).toEqual([
      undefined,
      undefined,
      'certificate ends in 29 d',
      'certificate ends today',
      'certificate has ended',
    ])
  })

  it('writes what was measured with its unit', () => {
    expect(observedText({ value: 41.3712, unit: '%' })).toBe('41.4 %')
    expect(observedText({ value: 703.567, unit: 'ms' })).toBe('704 ms')
    expect(observedText({ value: 12_340, unit: 'ms' })).toBe('12.3 s')
    expect(observedText({ value: 14_203, unit: 'messages' })).toBe('14,203 messages')
    expect(observedText({ value: 5672 })).toBe('5672')
    expect(observedText({ value: true })).toBe('true')
    expect(observedText(null)).toBeUndefined()
  })

  it('drops what nobody says of an address', () => {
    expect(['https://a.example/', 'tcp://b:5432', 'http://c/health/'].map(bareAddress)).toEqual([
      'a.example',
      'b:5432',
      'c/health/',
    ])
  })
})
