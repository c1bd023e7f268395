import { describe, expect, it } from 'vitest'
import { createFakeClock } from '../testing/fake-clock.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { createHealth } from './create-health.ts'
import type { HealthOptions } from './health.ts'

function setUp<Name extends string>(options: HealthOptions<Name>) {
  const clock = createFakeClock()
  return { clock, health: createHealth({ clock, random: () => 0, ...options }) }
}

describe('in the background', () => {
  it('runs each check at its own fixed rate, after its initial delay and jitter', async () => {
    const fast = scriptedCheck(['healthy'])
    const slow = scriptedCheck(['healthy'])
    const { clock } = setUp({
      checks: {
        fast: { check: fast, every: '2s', jitter: 0.5 },
        slow: { check: slow, every: '10s', initialDelay: '5s', jitter: 0 },
      },
      random: () => 0.5,
    })
    await clock.advance(499)
    expect([fast.runs, slow.runs]).toEqual([0, 0])
    await clock.advance(1)
    expect([fast.runs, slow.runs]).toEqual([1, 0])
    await clock.advance('4500ms')
    expect([fast.runs, slow.runs]).toEqual([3, 1])
    await clock.advance('10s')
    expect([fast.runs, slow.runs]).toEqual([8, 2])
  })

  it('a request before the first answer waits for it, at most for the timeout', async () => {
    const check = scriptedCheck(['hang'])
    const { clock, health } = setUp({ checks: { a: { check, jitter: 1, timeout: '300ms' } }, random: () => 0.9 })
    const report = health.report()
    expect(check.runs).toBe(1)
    await clock.advance('300ms')
    expect((await report).checks.a).toMatchObject({ status: 'unhealthy', code: 'TIMEOUT' })
  })

  it('a request brings the first run forward and the rhythm goes on from there: one call a period (E5)', async () => {
    const check = scriptedCheck(['healthy'])
    const { clock, health } = setUp({ checks: { a: { check, jitter: 1 } }, random: () => 0.9 })
    await clock.advance('2s')
    await health.report()
    await clock.advance('9s')
    expect(check.runs).toBe(1)
    await clock.advance('1s')
    expect(check.runs).toBe(2)
  })

  it('does not run before the initial delay, even for a request: pending', async () => {
    const check = scriptedCheck(['healthy'])
    const { health } = setUp({ checks: { a: { check, initialDelay: '30s' } } })
    expect((await health.report()).checks.a).toMatchObject({ status: 'unknown', code: 'PENDING' })
    expect(check.runs).toBe(0)
  })
})

describe('on request', () => {
  it('E5: N requests in one period cost each dependency one call', async () => {
    const check = scriptedCheck(['healthy'])
    const { clock, health } = setUp({ mode: 'on-request', checks: { a: { check, every: '10s' } } })
    await clock.advance('1h')
    expect(check.runs).toBe(0)
    await Promise.all(Array.from({ length: 20 }, () => health.report()))
    await clock.advance(9_999)
    await Promise.all(Array.from({ length: 20 }, () => health.probe('ready')))
    expect(check.runs).toBe(1)
    await clock.advance(1)
    await Promise.all([health.report(), health.probe('ready'), health.check('a')])
    expect(check.runs).toBe(2)
    expect(clock.timers).toBe(0)
  })

  it('E5: a shared run is recorded once, so that thresholds count runs and not requests', async () => {
    const check = scriptedCheck(['healthy', 'unhealthy'])
    const { clock, health } = setUp({ mode: 'on-request', checks: { a: { check, failureThreshold: 2 } } })
    await health.report()
    await clock.advance('10s')
    await Promise.all(Array.from({ length: 20 }, () => health.report()))
    expect(await health.check('a')).toMatchObject({ status: 'healthy', consecutiveFailures: 1 })
    expect(health.version).toBe(2)
  })

  it('E2: what nobody asked for has grown stale, and is not shown as its last green', async () => {
    const check = scriptedCheck(['healthy', 'hang'])
    const { clock, health } = setUp({ mode: 'on-request', checks: { a: check } })
    await health.report()
    await clock.advance('32s')
    expect(health.view('all').report().checks['a']).toMatchObject({ status: 'unknown', code: 'STALE' })
  })
})
