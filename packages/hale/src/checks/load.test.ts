import { availableParallelism, loadavg } from 'node:os'
import { describe, expect, it } from 'vitest'
import { askOnce } from '../../../../test/harness/ask.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { judgeLoad, load } from './load.ts'

describe('load', () => {
  it.each(
    checkConformance({
      name: 'load',
      healthy: () => load({ degraded: 100_000 }),
      // This very test keeps a processor busy, and a load of nothing at all is the one thing it cannot be for long.
      broken: () => load({ degraded: Number.MIN_VALUE, minutes: 15 }),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('is local, and says what the system says', async () => {
    expect(load()).toMatchObject({ kind: 'load', scope: 'local' })
    const [before] = loadavg()
    const { data } = await askOnce(load({ minutes: 1 }))
    const [after] = loadavg()
    expect(Number(data?.['load'])).toBeGreaterThanOrEqual(Math.min(before ?? 0, after ?? 0) - 0.1)
    expect(Number(data?.['load'])).toBeLessThanOrEqual(Math.max(before ?? 0, after ?? 0) + 0.1)
    expect(data?.['processors']).toBe(availableParallelism())
  })

  it('judges the load per processor', () => {
    const limits = { degraded: 2, unhealthy: 4 }
    expect(judgeLoad(8, 4, 5, limits)).toMatchObject({
      status: 'healthy',
      observed: { value: 2, unit: 'per processor' },
    })
    expect(judgeLoad(9, 4, 5, limits)).toMatchObject({
      status: 'degraded',
      code: 'THRESHOLD_EXCEEDED',
      message: expect.stringContaining('The load was 9 over 5 min on 4 processors (2.3 each), limit 2 per processor.'),
    })
    expect(judgeLoad(17, 4, 5, limits).status).toBe('unhealthy')
  })

  it('refuses what cannot work, all at once', () => {
    expect(() => load({ degraded: 0, minutes: 10 as never })).toThrow(
      /degraded: 0 is not.*\n.*minutes: 10 is none of 1, 5, 15/,
    )
  })
})
