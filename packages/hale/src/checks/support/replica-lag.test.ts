import { expect, it } from 'vitest'
import { judgeLag } from './replica-lag.ts'

it('says how far which replica is behind, and what it may be', () => {
  const limits = { lagDegraded: '10s', lagUnhealthy: '1m' } as const
  expect(judgeLag(10_000, limits, 'The replica db:5432').status).toBe('healthy')
  expect(judgeLag(12_000, limits, 'The replica db:5432')).toMatchObject({
    status: 'degraded',
    code: 'REPLICA_LAG',
    message: 'The replica db:5432 is 12 s behind, limit 10 s. See its load, its network and long transactions.',
    observed: { value: 12_000, unit: 'ms' },
  })
  expect(judgeLag(61_000, limits, 'The replica db:5432').status).toBe('unhealthy')
})
