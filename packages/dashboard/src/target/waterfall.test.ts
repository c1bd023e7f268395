import { expect, it } from 'vitest'
import { totalMs, waterfall } from './waterfall.ts'

it('begins each phase where the one before it ended, both probes on one scale', () => {
  const rows = waterfall(
    { dnsMs: 10, connectMs: 10, firstByteMs: 60, transferMs: 20 },
    { firstByteMs: 40, transferMs: 10 },
  )
  expect(rows.map(({ label }) => label)).toEqual(['DNS', 'Connect', 'First byte', 'Transfer'])
  expect(rows[2]).toEqual({
    phase: 'firstByteMs',
    label: 'First byte',
    fresh: { from: 0.2, length: 0.6, ms: 60 },
    kept: { from: 0, length: 0.4, ms: 40 },
  })
  expect(rows[0]?.kept).toBeUndefined()
})

it('has no rows when nothing was measured, and no division by nothing', () => {
  expect(waterfall(null, null)).toEqual([])
  expect(waterfall({ connectMs: 0 }, null)[0]?.fresh).toEqual({ from: 0, length: 0, ms: 0 })
  expect(totalMs(null)).toBe(0)
})
