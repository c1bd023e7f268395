import { describe, expect, it, vi } from 'vitest'
import { setUp } from '../../test/set-up-health.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { defineCheck } from './check.ts'
import type { Clock } from './clock.ts'
import { createHealth } from './create-health.ts'
import { degraded, healthy, unhealthy } from './result.ts'

describe('what must hold', () => {
  it('E1: one live run per check, whatever asks for it and however often', async () => {
    const check = scriptedCheck(['hang'])
    const { clock, health } = setUp({ checks: { a: { check, every: '1s', timeout: '500ms' } } })
    for (let poll = 0; poll < 6; poll++) {
      void health.report()
      void health.probe('ready')
      await clock.advance('1s')
    }
    expect([check.runs, check.mostLive]).toEqual([1, 1])
    expect(await health.check('a')).toMatchObject({ status: 'unhealthy', code: 'TIMEOUT', consecutiveFailures: 7 })
    expect((await health.check('a')).message).toContain('still hangs')
  })

  it('E2: a check that no longer gets its turn reads unknown, STALE, and listeners are told', async () => {
    const fake = createFakeClock()
    let stuck = false
    const clock: Clock = { ...fake, after: (ms, callback) => fake.after(ms, () => stuck || callback()) }
    const { health, transitions } = setUp({ clock, checks: { a: scriptedCheck(['healthy']) } })
    await fake.advance(0)
    stuck = true
    await fake.advance('31s')
    expect((await health.report()).checks.a.status).toBe('healthy')
    await fake.advance(1)
    expect((await health.report()).checks.a).toMatchObject({ status: 'unknown', code: 'STALE' })
    expect(transitions.at(-1)).toMatchObject({ from: 'healthy', to: 'unknown', result: { code: 'STALE' } })
  })

  it('E3: a check that ignores its signal is answered for on time, and its late answer dropped', async () => {
    const check = scriptedCheck(['hang', 'unhealthy'])
    const { clock, health } = setUp({ checks: { a: { check, every: '10s', timeout: '1s' } } })
    await clock.advance('1s')
    expect((await health.check('a')).code).toBe('TIMEOUT')
    check.release(healthy())
    await clock.flush()
    expect((await health.check('a')).code).toBe('TIMEOUT')
    await clock.advance('9s')
    expect((await health.check('a')).code).toBe('SCRIPTED')
  })

  it('E5: fifty requests at one time share one run', async () => {
    const check = scriptedCheck(['hang'])
    const { clock, health } = setUp({ checks: { a: check } })
    const reports = Array.from({ length: 50 }, () => health.report())
    check.release()
    const statuses = (await Promise.all(reports)).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set(['healthy']))
    expect(check.runs).toBe(1)
    expect(health.version).toBe(1)
    await clock.flush()
  })

  it('E6: a wall clock set back an hour changes neither ages nor rhythm', async () => {
    const check = scriptedCheck(['healthy'])
    const { clock, health } = setUp({ checks: { a: check } })
    await clock.advance('5s')
    clock.setWall(clock.wall() - 3_600_000)
    await clock.advance('1s')
    expect((await health.check('a')).ageMs).toBe(6_000)
    await clock.advance('4s')
    expect(check.runs).toBe(2)
    expect((await health.check('a')).status).toBe('healthy')
  })

  it.each([
    ['an unknown word', { status: 'weird' }, /status is "weird"/],
    ['no object', 'ok', /a string/],
    ['nothing', undefined, /undefined/],
    ['a missing status', { message: 'fine' }, /no status/],
    ['a code that is no code', { status: 'unhealthy', code: 'no good' }, /code/],
    ['a measurement without a value', { status: 'healthy', observed: { unit: 'ms' } }, /observed/],
  ])('E7: %s from a check is unknown, INVALID_RESULT', async (_, answer, why) => {
    const { health } = setUp({ checks: { a: () => answer as never } })
    const { code, message, status } = await health.check('a')
    expect({ code, status }).toEqual({ code: 'INVALID_RESULT', status: 'unknown' })
    expect(message).toMatch(why)
  })

  it('E7: an empty set is healthy and says that it checked nothing', async () => {
    const { health } = setUp({ checks: {} })
    expect(await health.report()).toMatchObject({ status: 'healthy', message: expect.stringContaining('nothing') })
    expect(await health.probe('live')).toMatchObject({ status: 'healthy', checks: {} })
  })

  it('E8: thresholds count consecutive results, the first bypasses them', async () => {
    const check = scriptedCheck([
      ...(['healthy', 'unhealthy', 'unhealthy', 'healthy', 'unhealthy', 'unhealthy', 'unhealthy', 'healthy'] as const),
      'healthy',
    ])
    const { clock, transitions } = setUp({
      checks: { a: { check, every: '1s', timeout: '1s', failureThreshold: 3, successThreshold: 2 } },
    })
    await clock.advance('8s')
    expect(transitions.map(({ from, to }) => `${from} → ${to}`)).toEqual([
      'unknown → healthy',
      'healthy → unhealthy',
      'unhealthy → healthy',
    ])
    expect(transitions[1]).toMatchObject({ check: 'a', reason: 'turned from healthy to unhealthy after 3 in a row' })
  })

  it('E9: in drain readiness turns at once, liveness stays, the promise comes after the wait and only one', async () => {
    const live = defineCheck({ kind: 'loop', scope: 'local', run: () => healthy() })
    const { clock, health } = setUp({
      drainWait: '7s',
      checks: { loop: { check: live, probes: ['live', 'ready'] }, db: () => healthy() },
    })
    await health.report()
    const drained = vi.fn<() => void>()
    const first = health.drain()
    void first.then(drained)
    expect(health.drain()).toBe(first)
    expect(await health.probe('ready')).toMatchObject({ status: 'maintenance', code: 'SHUTTING_DOWN', retryAfterS: 7 })
    expect(await health.report()).toMatchObject({ status: 'maintenance', checks: { db: { status: 'healthy' } } })
    expect((await health.probe('live')).status).toBe('healthy')
    expect((await health.probe('startup')).status).toBe('healthy')
    await clock.advance(6_999)
    expect(drained).not.toHaveBeenCalled()
    await clock.advance(1)
    expect(drained).toHaveBeenCalledOnce()
  })

  it.each([
    ['at once', false],
    ['later', true],
  ])(
    'E5: a check that asks for its own report while it is called, and answers %s, is run and recorded once',
    async (_, later) => {
      let runs = 0
      const asked: unknown[] = []
      const run = () => {
        runs++
        asked.push(health.view('all').settle())
        return later ? Promise.resolve(unhealthy('DOWN', 'it is down')) : unhealthy('DOWN', 'it is down')
      }
      const { health } = setUp({ mode: 'on-request', checks: { a: run } })
      expect(await health.check('a')).toMatchObject({ code: 'DOWN', consecutiveFailures: 1 })
      await Promise.all(asked)
      expect([runs, (await health.check('a')).consecutiveFailures]).toEqual([1, 1])
    },
  )

  it('an answer that is there at once is in the report without a wait, and the rhythm goes on from there', async () => {
    let runs = 0
    const { clock, health } = setUp({ checks: { a: { check: () => (runs++, healthy()), every: '1s' } } })
    const view = health.view('all')
    expect([view.settle(), view.report().status, runs]).toEqual([undefined, 'healthy', 1])
    await clock.advance(999)
    expect(runs).toBe(1)
    await clock.advance(1)
    expect(runs).toBe(2)
  })

  it('E10: a thrown error becomes a code and a message without credentials; the app log has all of it', async () => {
    const error = new Error('login failed for postgres://app:hunter2@db/orders')
    const check = scriptedCheck([error, error, new Error('another'), 'healthy', error])
    const { clock, health, logger } = setUp({ checks: { a: { check, every: '1s', timeout: '1s' } } })
    const report = await health.report()
    expect(report.checks.a).toMatchObject({ status: 'unhealthy', code: expect.stringMatching(/^[A-Z_]+$/) })
    expect(JSON.stringify(report)).not.toContain('hunter2')
    expect(logger.error.mock.calls).toEqual([['health check a threw', error]])
    await clock.advance('4s')
    expect(logger.error.mock.calls.map(([, thrown]) => (thrown as Error).message)).toEqual([
      error.message,
      'another',
      error.message,
    ])
  })

  it('E10: a status that is none is shown without its credentials, though it is cut', async () => {
    const status = 'see postgres://app:hunter2hunter2hunter2hunter2hunter2@db/shop'
    const { health } = setUp({ checks: { a: () => ({ status }) as never } })
    const { code, message } = await health.check('a')
    expect(code).toBe('INVALID_RESULT')
    expect(message).not.toContain('hunter2')
  })

  it('E10: credentials in messages, values and data of a result are redacted', async () => {
    const secret = 'redis://default:hunter2@cache:6379'
    const { health } = setUp({
      checks: {
        a: () => ({ ...degraded('SLOW', secret), observed: { value: secret }, data: { deep: [{ url: secret }] } }),
      },
    })
    expect(JSON.stringify(await health.report())).not.toContain('hunter2')
  })

  it('E13: two registries of one process share nothing, and a result changed afterwards changes no report', async () => {
    const shared = { status: 'healthy' as const, data: { size: 1 } }
    const check = defineCheck({ kind: 'shared', run: () => shared })
    const one = setUp({ checks: { a: check } })
    const two = setUp({ checks: { a: check, b: () => unhealthy('X', 'x') } })
    const before = await one.health.report()
    await two.health.report()
    shared.data.size = 2
    expect(before.checks.a.data).toEqual({ size: 1 })
    expect((await one.health.report()).checks.a.data).toEqual({ size: 1 })
    expect(Object.keys((await one.health.report()).checks)).toEqual(['a'])
    await two.health.close()
    await one.clock.advance('10s')
    expect((await one.health.check('a')).ageMs).toBe(0)
  })

  it('E15: close releases every timer and listener, aborts what runs, closes each check once', async () => {
    const closing = vi.fn<() => Promise<void>>().mockRejectedValue(new Error('stuck'))
    const hung = scriptedCheck(['hang'])
    const { clock, health, logger } = setUp({
      checks: { hung, stuck: defineCheck({ kind: 'stuck', run: () => healthy(), close: closing }) },
    })
    await clock.advance(0)
    const drained = health.drain()
    await Promise.all([health.close(), health.close()])
    await drained
    expect(clock.timers).toBe(0)
    expect(hung.closes).toBe(1)
    expect(closing).toHaveBeenCalledOnce()
    expect(logger.error).toHaveBeenCalledWith('a health check could not be closed', new Error('stuck'))
    await health.report()
    expect(hung.runs).toBe(1)
  })

  it('E15: await using closes it', async () => {
    const check = scriptedCheck(['healthy'])
    const clock = createFakeClock()
    {
      await using health = createHealth({ clock, checks: { a: check } })
      await health.report()
    }
    expect([check.closes, clock.timers]).toEqual([1, 0])
  })

  it('E16: a hung check delays neither liveness nor another check', async () => {
    const loop = defineCheck({ kind: 'loop', scope: 'local', run: () => healthy() })
    const { health } = setUp({
      checks: {
        hung: { check: scriptedCheck(['hang']), timeout: '20s' },
        loop: { check: loop, probes: ['live'] },
        other: scriptedCheck(['healthy']),
      },
    })
    expect((await health.probe('live')).status).toBe('healthy')
    expect((await health.check('other')).status).toBe('healthy')
    const all = vi.fn<() => void>()
    void health.report().then(all)
    expect(all).not.toHaveBeenCalled()
  })

  it('E17: a dependency degrades the whole unless said otherwise, a local check fails it', async () => {
    const local = defineCheck({ kind: 'disk', scope: 'local', run: () => unhealthy('FULL', 'full') })
    const down = () => unhealthy('DOWN', 'down')
    expect((await setUp({ checks: { db: down } }).health.probe('ready')).status).toBe('degraded')
    expect((await setUp({ checks: { db: { check: down, impact: 'fails' } } }).health.report()).status).toBe('unhealthy')
    expect((await setUp({ checks: { db: { check: down, impact: 'informs' } } }).health.report()).status).toBe('healthy')
    expect((await setUp({ checks: { local } }).health.report()).status).toBe('unhealthy')
  })
})

describe('startup', () => {
  it('latches once every check with that probe has been up, and only those count', async () => {
    const migrations = scriptedCheck(['unhealthy', 'degraded', 'unhealthy'])
    const { clock, health } = setUp({
      checks: {
        migrations: { check: migrations, probes: ['startup'], every: '1s', timeout: '1s' },
        db: { check: () => unhealthy('DOWN', 'down'), impact: 'fails' },
      },
    })
    expect((await health.probe('startup')).status).toBe('unknown')
    await clock.advance('1s')
    expect((await health.probe('startup')).status).toBe('healthy')
    await clock.advance('1s')
    expect((await health.check('migrations')).status).toBe('unhealthy')
    expect((await health.probe('startup')).status).toBe('healthy')
  })

  it('E17: without checks of its own it waits for readiness, but not for a soft dependency that is down', async () => {
    const hard = scriptedCheck(['unhealthy', 'healthy', 'unhealthy'])
    const { clock, health } = setUp({
      checks: {
        soft: () => unhealthy('DOWN', 'down'),
        hard: { check: hard, impact: 'fails', every: '1s', timeout: '1s' },
      },
    })
    expect((await health.probe('startup')).status).toBe('unhealthy')
    await clock.advance('2s')
    expect((await health.probe('ready')).status).toBe('unhealthy')
    expect((await health.probe('startup')).status).toBe('healthy')
  })
})

describe('a check', () => {
  it('may be an object of a class', async () => {
    class Counter {
      readonly kind = 'counter'
      readonly scope = 'dependency'
      #runs = 0
      run() {
        return healthy(`run ${++this.#runs}`)
      }
    }
    expect((await setUp({ checks: { a: new Counter() } }).health.check('a')).message).toBe('run 1')
  })
})
