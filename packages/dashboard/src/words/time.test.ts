import { describe, expect, it } from 'vitest'
import { createTimes } from './time.ts'

describe('createTimes', () => {
  const now = Date.UTC(2026, 10, 22, 13, 2, 31)
  const berlin = createTimes('Europe/Berlin')

  it('is in the viewer’s zone and as short as the day allows', () => {
    expect(berlin.at(now, now)).toBe('14:02')
    expect(createTimes('UTC').at(now, now)).toBe('13:02')
    expect(berlin.at(now - 86_400_000, now)).toBe('21 Nov 14:02')
    expect(berlin.at(now - 400 * 86_400_000, now)).toBe('18 Oct 2025 15:02')
  })

  it('tells days apart by the viewer’s midnight', () => {
    const before = Date.UTC(2026, 10, 21, 22, 59)
    expect(berlin.at(before, before + 120_000)).toBe('21 Nov 23:59')
  })

  it('gives the whole instant with its zone', () => {
    expect(berlin.exact(now)).toBe('Sun, 22 Nov 2026, 14:02:31 CET')
  })
})
