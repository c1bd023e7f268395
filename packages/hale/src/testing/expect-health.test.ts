import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHealth } from '../core/create-health.ts'
import type { Health } from '../core/health.ts'
import { expectHealth } from './expect-health.ts'
import { createFakeClock, type FakeClock } from './fake-clock.ts'
import { scriptedCheck, type Step } from './scripted-check.ts'

let clock: FakeClock
let health: Health | undefined
beforeEach(() => {
  clock = createFakeClock()
})
afterEach(() => health?.close())

const policy = { every: '1s', timeout: '500ms', staleAfter: '5s', impact: 'fails' } as const
const quiet = { error() {} }
const make = (steps: readonly [Step, ...Step[]], more: object = {}): Health => {
  const check = { check: scriptedCheck(steps), ...policy }
  health = createHealth({ checks: { database: check }, clock, logger: quiet, random: () => 0, ...more })
  return health
}

describe('expectHealth', () => {
  it('sees a health turn on the fake clock, in no time', async () => {
    const at = performance.now()
    await expectHealth(make(['healthy', 'healthy', 'unhealthy']))
      .toTurn('unhealthy')
      .within('1h')
    expect(clock.now()).toBeLessThan(5_000)
    expect(performance.now() - at).toBeLessThan(1_000)
  })

  it('sees one check, one probe', async () => {
    const given = make(['healthy', 'degraded'])
    await expectHealth(given, { check: 'database' }).toTurn('degraded').within('10s')
    await expectHealth(given, 'ready').toTurn('degraded').within(0)
  })

  it('sees an answer grow stale although nothing runs (E2)', async () => {
    const given = make(['healthy', 'hang'], { mode: 'background' })
    await expectHealth(given).toTurn('healthy').within('1s')
    await expectHealth(given).toTurn('unhealthy').within('10s') // TIMEOUT comes before STALE
  })

  it('asks a health that runs on request as a probe would', async () => {
    await expectHealth(make(['healthy', 'unhealthy'], { mode: 'on-request' }))
      .toTurn('unhealthy')
      .within('10s')
  })

  it('waits in real time on the real clock', async () => {
    health = createHealth({
      checks: {
        database: { check: scriptedCheck(['healthy', 'unhealthy']), ...policy, every: '20ms', timeout: '10ms' },
      },
    })
    await expectHealth(health).toTurn('unhealthy').within('5s')
  })

  it('tells what the states were when it does not turn', async () => {
    const failing = expectHealth(make([new Error('boom'), 'healthy']))
      .toTurn('degraded')
      .within('3s')
    await expect(failing).rejects.toThrow(
      /^expected health \(all\) to turn degraded within 3 s\. It was:\n {2}after 0 ms: unhealthy: database unhealthy \(CHECK_THREW.*\n {2}after 1 s: healthy: database healthy/,
    )
  })

  it('tells when it does not stay', async () => {
    await expectHealth(make(['healthy']))
      .toTurn('healthy')
      .within('1s')
    await expectHealth(health as Health)
      .toStay('healthy')
      .for('1h')
    const turning = make(['healthy', 'unhealthy'])
    await expectHealth(turning).toTurn('healthy').within('1s')
    await expect(expectHealth(turning, 'ready').toStay('healthy').for('5s')).rejects.toThrow(
      /\(ready\) to stay healthy for 5 s.*\n {2}after 0 ms: healthy.*\n {2}after 1 s: unhealthy: database unhealthy \(SCRIPTED/,
    )
  })

  it('refuses what is no duration', async () => {
    await expect(
      expectHealth(make(['healthy']))
        .toTurn('healthy')
        .within('soon'),
    ).rejects.toThrow(/"soon" is not/)
  })
})
