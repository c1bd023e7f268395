import { describe, expect, it } from 'vitest'
import { asker, askOnce } from '../../../../test/harness/ask.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { backlog, type BacklogOptions } from './backlog.ts'

/** Asks once for each of the numbers. */
async function statuses(numbers: readonly number[], options: Omit<BacklogOptions, 'count'>): Promise<string[]> {
  const left = [...numbers]
  const ask = asker(backlog({ count: () => left.shift() ?? Number.NaN, ...options }))
  const found: string[] = []
  for (const _ of numbers) found.push((await ask()).value.code ?? 'ok')
  return found
}

describe('backlog', () => {
  it.each(
    checkConformance({
      name: 'backlog',
      healthy: () => backlog({ count: () => 5, degraded: 10 }),
      broken: () => backlog({ count: async () => 50, degraded: 10 }),
      silent: () =>
        backlog({
          count: ({ signal }) =>
            new Promise((_, reject) => {
              signal.addEventListener('abort', () => reject(new Error('aborted')))
            }),
        }),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it.each([
    [10, 'healthy'],
    [11, 'degraded'],
    [101, 'unhealthy'],
  ])('reads %s as %s', async (count, status) => {
    const result = await askOnce(backlog({ count: () => count, unit: 'mails', degraded: 10, unhealthy: 100 }))
    expect(result).toMatchObject({ status, observed: { value: count, unit: 'mails' } })
  })

  it('sees that it only ever grows', async () => {
    const found = await statuses([1, 2, 3, 4, 5, 4, 5, 6, 7], { growing: 3 })
    expect(found.join(' ')).toBe('ok ok ok GROWING GROWING ok ok ok GROWING')
    expect(await statuses([1, 2, 3, 4, 4, 5], { growing: 3, ignoreUpTo: 4 })).not.toContain('GROWING')
  })

  it('reads unknown when the count is no number', async () => {
    expect(await askOnce(backlog({ count: () => Number.NaN }))).toMatchObject({
      status: 'unknown',
      code: 'INVALID_RESULT',
      message: 'count() did not answer a number from 0 (no number). See what it counts.',
    })
  })

  it('refuses options that cannot work, all at once', () => {
    const wrong = { count: () => 1, degraded: 10, unhealthy: 5, growing: 1, ignoreUpTo: -1 }
    expect(() => backlog(wrong)).toThrow(HealthSetupError)
    expect(() => backlog(wrong)).toThrow(/degraded: 10 must not be above[^]*growing[^]*ignoreUpTo/)
  })
})
