import { describe, expect, it } from 'vitest'
import { judgeLevel, readAmounts, readNumbers, readShares } from './limits.ts'

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
  it('are shares or numbers', () => {
    expect(readShares({ degraded: '80%' }).limits).toEqual({ degraded: 80, unhealthy: undefined })
    expect(readNumbers({ degraded: 2, unhealthy: 4 })).toEqual({
      limits: { degraded: 2, unhealthy: 4 },
      problems: { degraded: false, unhealthy: false },
    })
  })

  it('are the default where none is given, as by settings that are not there', () => {
    expect(readShares({ degraded: undefined }, { degraded: '80%' }).limits.degraded).toBe(80)
    expect(readShares({ degraded: '100%' }, { unhealthy: '92%' }).problems).toMatchObject({
      degraded: '100% must not be above unhealthy, 92%',
    })
  })

  it('are shares of a whole or bytes', () => {
    expect(readAmounts({ degraded: '1KiB' }, { degraded: '80%', unhealthy: '90%' })).toEqual({
      limits: { degraded: { bytes: 1_024 }, unhealthy: { share: 0.9 } },
      problems: { degraded: false, unhealthy: false },
    })
    expect(readAmounts({ unhealthy: 'much' }, {}).problems['unhealthy']).toMatch(/^"much" is not a share such as/)
  })

  it('are refused when they are none, or the wrong way round', () => {
    expect(readShares({ degraded: '5GB', unhealthy: 'x' }).problems).toEqual({
      degraded: `"5GB" is not a share such as '80%'`,
      unhealthy: `"x" is not a share such as '80%'`,
    })
    expect(readShares({ degraded: '90%', unhealthy: '80%' }).problems).toMatchObject({
      degraded: '90% must not be above unhealthy, 80%',
    })
    for (const wrong of [0, -1, Number.NaN, Infinity, '2'])
      expect(readNumbers({ degraded: wrong }).problems['degraded']).toBeTypeOf('string')
  })
})
