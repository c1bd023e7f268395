import Breaker from 'opossum'
import { describe, expect, it } from 'vitest'
import { askOnce } from '../../../../test/harness/ask.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { circuitBreaker } from './circuit-breaker.ts'

/** opossum itself, around calls that fail until it is told otherwise. */
function breakerOf(resetTimeout = 60_000) {
  let works = false
  const breaker = new Breaker(async () => works || Promise.reject(new Error('down')), {
    volumeThreshold: 1,
    errorThresholdPercentage: 1,
    resetTimeout,
  })
  return { breaker, mend: () => (works = true), call: () => breaker.fire().catch(() => undefined) }
}

async function openBreaker() {
  const { breaker, call } = breakerOf()
  await call()
  return circuitBreaker(breaker)
}

describe('circuitBreaker', () => {
  it.each(
    checkConformance({
      name: 'circuit-breaker',
      healthy: () => circuitBreaker(breakerOf().breaker),
      broken: openBreaker,
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('follows opossum from closed to open, half open and back', async () => {
    const { breaker, call, mend } = breakerOf(20)
    const check = circuitBreaker(breaker, { where: 'payments' })
    expect(await askOnce(check)).toMatchObject({ status: 'healthy', observed: { value: 'closed' } })
    await call()
    expect(await askOnce(check)).toEqual({
      status: 'unhealthy',
      code: 'CIRCUIT_OPEN',
      message: 'Calls to payments are refused after too many failures. See whether it works.',
      observed: { value: 'open' },
    })
    await expect.poll(async () => (await askOnce(check)).code).toBe('CIRCUIT_HALF_OPEN')
    mend()
    await call()
    expect((await askOnce(check)).status).toBe('healthy')
    breaker.shutdown()
  })

  it.each([
    ['closed', 'healthy'],
    ['CLOSED', 'healthy'],
    ['half-opened', 'degraded'],
    ['HALF_OPEN', 'degraded'],
    ['opened', 'unhealthy'],
    [0, 'healthy'],
    [1, 'unhealthy'],
    [2, 'degraded'],
    [3, 'unhealthy'],
  ])('reads the state %s as %s', async (state, status) => {
    expect((await askOnce(circuitBreaker({ state }))).status).toBe(status)
    expect((await askOnce(circuitBreaker(() => String(state)))).status).toBe(status)
  })

  it('says so when the breaker says what it does not know', async () => {
    expect(await askOnce(circuitBreaker({ state: 'melted' }))).toMatchObject({
      status: 'unknown',
      code: 'INVALID_RESULT',
      message: expect.stringContaining('says "melted", not closed'),
    })
  })

  it('refuses what is no breaker', () => {
    expect(() => circuitBreaker({} as never)).toThrow(HealthSetupError)
  })
})
