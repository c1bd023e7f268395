import { describe, expect, it } from 'vitest'
import { askOnce } from '../../../../test/harness/ask.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { judgeRss, rss } from './rss.ts'

const MiB = 2 ** 20

describe('rss', () => {
  it.each(
    checkConformance({
      name: 'rss',
      healthy: () => rss({ degraded: '100%', unhealthy: '100%' }),
      broken: () => rss({ degraded: '1MiB', unhealthy: '100%' }),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('is local, and sees this very process grow by what is not in its heap', async () => {
    expect(rss()).toMatchObject({ kind: 'rss', scope: 'local' })
    const before = Number((await askOnce(rss())).data?.['rssBytes'])
    const held = Buffer.alloc(64 * MiB, 1)
    const after = Number((await askOnce(rss())).data?.['rssBytes'])
    expect(after - before).toBeGreaterThan(32 * MiB)
    expect(held.length).toBe(64 * MiB)
  })

  it('judges by shares and by bytes, and says of which limit', () => {
    const use = { used: 0, limit: 1_000 * MiB, source: 'a test' }
    const limits = { degraded: { share: 0.7 }, unhealthy: { bytes: 850 * MiB } }
    expect(judgeRss(700 * MiB, use, limits)).toMatchObject({ status: 'healthy', observed: { value: 70, unit: '%' } })
    expect(judgeRss(710 * MiB, use, limits)).toMatchObject({
      status: 'degraded',
      code: 'THRESHOLD_EXCEEDED',
      message: expect.stringContaining(
        'holds 744 MB of 1 GB (71 %), measured against a test, limit 70 %. Look for a leak',
      ),
    })
    expect(judgeRss(851 * MiB, use, limits).status).toBe('unhealthy')
  })

  it('refuses limits that are none', () => {
    expect(() => rss({ degraded: 'much' })).toThrow(HealthSetupError)
  })
})
