import { describe, expect, it } from 'vitest'
import { judgeLevel, readAmounts, readDurations, readShares } from './limits.ts'

describe('judgeLevel', () => {
  const limits = { degraded: 80, unhealthy: 95 }
  const measured = (value: number) => ({ value, unit: '%', figures: `${value} % of it`, advice: 'Use less.' })

  it.each([
    [80, 'healthy'],
    [80.1, 'degraded'],
    [95, 'degraded'],
    [95.1, 'unhealthy'],
  ])('reads %s as %s', (value, status) => {
    expect(judgeLevel(measured(value), limits)).toMatchObject({ status, observed: { value, unit: '%' } })
  })

  it('says what, how much, which limit, and what to try', () => {
    expect(judgeLevel(measured(90), limits)).toMatchObject({
      code: 'THRESHOLD_EXCEEDED',
      message: '90 % of it, limit 80 %. Use less.',
    })
    expect(judgeLevel({ ...measured(90), data: { a: 1 } }, { degraded: undefined, unhealthy: undefined })).toEqual({
      status: 'healthy',
      message: '90 % of it.',
      observed: { value: 90, unit: '%' },
      data: { a: 1 },
    })
  })
})

describe('limits that a user gives', () => {
  it('are shares, durations, or shares of a whole and bytes', () => {
    expect(readShares({ degraded: '80%' })).toEqual({ degraded: 80, unhealthy: undefined })
    expect(readDurations({ degraded: '2s', unhealthy: 4_000 })).toEqual({ degraded: 2_000, unhealthy: 4_000 })
    expect(readAmounts({ degraded: '1KiB' }, { degraded: '80%', unhealthy: '90%' })).toEqual({
      degraded: { bytes: 1_024 },
      unhealthy: { share: 0.9 },
    })
  })

  it('are the default where none is given, as by settings that are not there', () => {
    expect(readShares({ degraded: undefined }, { degraded: '80%' }).degraded).toBe(80)
  })
})
