import { describe, expect, it } from 'vitest'
import { askOnce } from '../../../../test/harness/ask.ts'
import { createHealth } from '../core/create-health.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { heartbeat } from './heartbeat.ts'

function setUp(options: Partial<Parameters<typeof heartbeat>[0]> = {}) {
  const clock = createFakeClock()
  const nightly = heartbeat({ every: '26h', maxDuration: '2h', clock, ...options })
  return { clock, nightly, ask: () => askOnce(nightly.check) }
}

const overdue = async () => {
  const { clock, nightly } = setUp()
  await clock.advance('27h')
  return nightly.check
}

describe('heartbeat', () => {
  it.each(checkConformance({ name: 'heartbeat', healthy: () => setUp().nightly.check, broken: overdue }))(
    '$name',
    async ({ run }) => {
      await expect(run()).resolves.toBeUndefined()
    },
  )

  it('sees to it that the work is done within the interval, each time', async () => {
    const { ask, clock, nightly } = setUp()
    await clock.advance('26h')
    expect(await ask()).toMatchObject({
      status: 'healthy',
      message: 'The work was not done since the start 1 d 2 h ago, limit 1 d 2 h.',
    })
    await clock.advance(1)
    expect(await ask()).toMatchObject({ status: 'unhealthy', code: 'OVERDUE' })
    nightly.beat()
    expect(await ask()).toMatchObject({ status: 'healthy', observed: { value: 0, unit: 'ms' } })
    await clock.advance('27h')
    expect(await ask()).toMatchObject({ code: 'OVERDUE', observed: { value: 97_200_000, unit: 'ms' } })
  })

  it('E6: a clock set back or forward changes nothing', async () => {
    const { ask, clock, nightly } = setUp()
    nightly.beat()
    clock.setWall(0)
    expect(await ask()).toMatchObject({ status: 'healthy', observed: { value: 0 } })
    clock.setWall(Date.UTC(2040, 0, 1))
    expect((await ask()).status).toBe('healthy')
  })

  it('sees work that takes too long, while it runs and afterwards', async () => {
    const { ask, clock, nightly } = setUp()
    const work = Promise.withResolvers<string>()
    const run = nightly.run(() => work.promise)
    await clock.advance('2h')
    expect((await ask()).status).toBe('healthy')
    await clock.advance('1m')
    expect(await ask()).toMatchObject({ status: 'unhealthy', code: 'SLOW', observed: { value: 7_260_000, unit: 'ms' } })
    work.resolve('done')
    expect(await run).toBe('done')
    expect(await ask()).toMatchObject({ status: 'degraded', code: 'SLOW', observed: { value: 7_260_000, unit: 'ms' } })
    await nightly.run(() => undefined)
    expect((await ask()).status).toBe('healthy')
  })

  it('sees work that fails, and hands the error on; what it says stays inside (E10)', async () => {
    const { ask, clock, nightly } = setUp()
    nightly.beat()
    const failing = nightly.run(async () => {
      throw new RangeError('postgres://u:secret@db is down')
    })
    await expect(failing).rejects.toThrow('secret')
    await clock.advance('5m')
    const result = await ask()
    expect(result).toMatchObject({
      status: 'degraded',
      code: 'RUN_FAILED',
      message: expect.stringContaining('(RangeError)'),
    })
    expect(JSON.stringify(result)).not.toContain('secret')
    await clock.advance('26h')
    expect(await ask()).toMatchObject({ code: 'OVERDUE', message: expect.stringContaining('(RangeError)') })
  })

  it('takes over from before a restart when the app says so', async () => {
    const clock = createFakeClock()
    const lastBeat = new Date(clock.wall() - 25 * 3_600_000)
    const { ask } = setUp({ clock, lastBeat })
    expect(await ask()).toMatchObject({ status: 'healthy', observed: { value: 90_000_000 } })
    await clock.advance('61m')
    expect((await ask()).code).toBe('OVERDUE')
  })

  it('works in a registry', async () => {
    const { nightly } = setUp()
    await using health = createHealth({ checks: { import: { check: nightly.check, probes: ['live'] } } })
    expect((await health.check('import')).status).toBe('healthy')
  })

  it('refuses options that cannot work, all at once', () => {
    const wrong = { every: 'nightly', maxDuration: 0, lastBeat: new Date(Number.NaN) }
    expect(() => heartbeat(wrong)).toThrow(HealthSetupError)
    expect(() => heartbeat(wrong)).toThrow(/every: "nightly"[^]*maxDuration[^]*lastBeat/)
  })
})
