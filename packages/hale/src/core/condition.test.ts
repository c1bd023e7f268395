import { describe, expect, it, vi } from 'vitest'
import { all, any, not } from '../conditions/combine.ts'
import { checkIs } from '../conditions/check-status.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import type { ConditionAnswer } from './condition.ts'
import { createHealth } from './create-health.ts'
import type { HealthOptions, Transition } from './health.ts'
import { healthy, unhealthy } from './result.ts'

function setUp<Name extends string>(options: HealthOptions<Name>) {
  const clock = createFakeClock()
  const error = vi.fn<(message: string, error: unknown) => void>()
  const health = createHealth({ clock, random: () => 0, logger: { error }, ...options })
  return { clock, error, health }
}

const fails = { impact: 'fails' } as const

describe('a check with a condition', () => {
  it('runs only while it holds; otherwise it reads skipped, says why, and does not count', async () => {
    let busy = true
    const check = scriptedCheck(['unhealthy'])
    const { clock, health } = setUp({ checks: { a: { check, ...fails, when: () => !busy } } })
    const report = await health.report()
    expect(report).toMatchObject({ status: 'healthy', checks: { a: { status: 'skipped' } } })
    expect(report.checks.a.message).toBe('Not asked: its function says no.')
    await clock.advance('1h')
    expect(check.runs).toBe(0)
    expect((await health.report()).checks.a.status).toBe('skipped')

    busy = false
    await clock.advance('10s')
    expect(await health.report()).toMatchObject({ status: 'unhealthy', checks: { a: { status: 'unhealthy' } } })
    expect(check.runs).toBe(1)
  })

  it('entering and leaving are transitions, and what comes after is believed at once (E8)', async () => {
    let holds = true
    const check = scriptedCheck(['healthy', 'unhealthy'])
    const { clock, health } = setUp({ checks: { a: { check, failureThreshold: 5, when: () => holds } } })
    const seen: Transition[] = []
    health.on('transition', (transition) => seen.push(transition))
    await clock.advance('1s')
    holds = false
    await clock.advance('10s')
    holds = true
    await clock.advance('10s')
    expect(seen.map(({ from, to }) => [from, to])).toEqual([
      ['unknown', 'healthy'],
      ['healthy', 'skipped'],
      ['skipped', 'unhealthy'],
    ])
    expect(seen[1]?.result.message).toBe('Not asked: its function says no.')
  })

  it('E5: is looked at once a run, not once a request', async () => {
    const when = vi.fn<() => boolean>(() => false)
    const { clock, health } = setUp({ mode: 'on-request', checks: { a: { check: () => healthy(), when } } })
    for (let i = 0; i < 20; i++) await Promise.all([health.report(), health.probe('ready')])
    expect(when).toHaveBeenCalledTimes(1)
    await clock.advance('10s')
    await health.report()
    expect(when).toHaveBeenCalledTimes(2)
  })

  it('a condition that throws is a reason to be seen, without secrets (E10), and the log has the whole error', async () => {
    const failure = new Error('no flags at redis://u:hunter2@flags')
    const { error, health } = setUp({
      checks: {
        a: {
          check: () => healthy(),
          when: () => {
            throw failure
          },
        },
      },
    })
    const { a } = (await health.report()).checks
    expect(a).toMatchObject({ status: 'unknown', code: 'CONDITION_FAILED' })
    expect(a.message).toContain('the condition threw: no flags at redis://')
    expect(a.message).not.toContain('hunter2')
    expect(error).toHaveBeenCalledWith('the condition of health check a threw', failure)
  })

  it('E3: a condition that hangs is answered for on time, and the check is not run behind it', async () => {
    const check = scriptedCheck(['healthy'])
    let answer: (holds: boolean) => void = () => undefined
    const when = () => new Promise<boolean>((resolve) => (answer = resolve))
    const { clock, health } = setUp({ checks: { a: { check, when } } })
    const report = health.report()
    await clock.advance('1s')
    expect((await report).checks.a).toMatchObject({ status: 'unknown', code: 'CONDITION_FAILED' })
    expect((await report).checks.a.message).toContain('did not answer within 1 s')
    answer(true)
    await clock.flush()
    expect(check.runs).toBe(0)
  })

  it('E7: what is neither yes nor no is not taken for either', async () => {
    const { health } = setUp({ checks: { a: { check: () => healthy(), when: () => 'yes' as never } } })
    expect((await health.report()).checks.a).toMatchObject({ status: 'unknown', code: 'CONDITION_FAILED' })
    expect(() => createHealth({ checks: { a: { check: () => healthy(), when: 'always' as never } } })).toThrow(
      'check "a", when: "always" is neither a condition',
    )
  })

  it('startup does not wait for a check that is skipped', async () => {
    const { health } = setUp({ checks: { a: { check: () => healthy(), ...fails, probes: ['startup'], when: false } } })
    expect((await health.probe('startup')).status).toBe('healthy')
  })
})

describe("on another check's status", () => {
  const down = () => unhealthy('DOWN', 'it is down')

  it.each(['background', 'on-request'] as const)('waits for its first answer, %s', async (mode) => {
    const rows = scriptedCheck(['healthy'])
    const { health } = setUp({
      mode,
      checks: { rows: { check: rows, when: checkIs('db') }, db: { check: down, initialDelay: 0 } },
    })
    const report = await health.report()
    expect(report.checks.rows).toMatchObject({
      status: 'skipped',
      message: 'Not asked: db is unhealthy, which is not healthy or degraded.',
    })
    expect(rows.runs).toBe(0)
  })

  it.each(['background', 'on-request'] as const)('follows it as soon as it turns, %s', async (mode) => {
    const db = scriptedCheck(['healthy', 'unhealthy', 'healthy'])
    const rows = scriptedCheck(['healthy'])
    const { clock, health } = setUp({
      mode,
      checks: { db: { check: db, every: '10s' }, rows: { check: rows, every: '1h', when: checkIs('db') } },
    })
    expect((await health.report()).checks.rows.status).toBe('healthy')
    expect(rows.runs).toBe(1)
    await clock.advance('10s')
    await health.report()
    expect((await health.report()).checks).toMatchObject({ db: { status: 'unhealthy' }, rows: { status: 'skipped' } })
    await clock.advance('10s')
    await health.report()
    expect((await health.report()).checks).toMatchObject({ db: { status: 'healthy' }, rows: { status: 'healthy' } })
    expect([db.runs, rows.runs]).toEqual([3, 2])
  })

  it('follows one that is put into maintenance and comes out of it', async () => {
    const rows = scriptedCheck(['healthy'])
    const { clock, health } = setUp({
      checks: { db: { check: () => healthy() }, rows: { check: rows, every: '1h', when: checkIs('db') } },
    })
    await clock.advance('1m')
    expect(rows.runs).toBe(1)
    const end = health.maintenance({ check: 'db', message: 'moving house' })
    await clock.flush()
    expect((await health.report()).checks.rows.status).toBe('skipped')
    end()
    await clock.flush()
    expect((await health.report()).checks.rows.status).toBe('healthy')
    expect(rows.runs).toBe(2)
  })

  it('E1: a circle of checks that wait for each other is refused, and so is a check that does not exist', () => {
    const check = () => healthy()
    expect(() =>
      setUp({
        checks: {
          a: { check, when: checkIs('b') },
          b: { check, when: all(true, not(any(checkIs('c')))) },
          c: { check, when: checkIs('a') },
          d: { check, when: checkIs('d') },
          e: { check, when: checkIs('f') },
          g: { check, when: checkIs('a') },
        },
      }),
    ).toThrow(
      [
        'check "a", when: goes round in a circle: a → b → c → a',
        'check "b", when: goes round in a circle: b → c → a → b',
        'check "c", when: goes round in a circle: c → a → b → c',
        'check "d", when: goes round in a circle: d → d',
        'check "e", when: there is no check "f"; there are a, b, c, d, e, g',
      ].join('\n  - '),
    )
    const { health } = setUp({ checks: { a: check } })
    expect(() => health.register('b', { check, when: checkIs('b') })).toThrow('circle: b → b')
    health.register('b', { check, when: checkIs('a', 'unhealthy') })
    expect(() => checkIs('a', 'well' as never)).toThrow('well is none of')
  })
})

describe('all, any, not', () => {
  const context = { clock: createFakeClock(), status: () => 'healthy' as const }
  const says = (holds: boolean, because: string, until?: number) => ({
    test: vi.fn<() => ConditionAnswer>(() => ({ holds, because, ...(until === undefined ? {} : { until }) })),
  })

  it('all: stops at the first that does not hold, and ends with the first that ends', async () => {
    const last = says(true, 'c')
    expect(await all(says(true, 'a'), says(false, 'b'), last).test(context)).toEqual({ holds: false, because: 'b' })
    expect(last.test).not.toHaveBeenCalled()
    expect(await all(says(true, 'a', 9), says(true, 'b', 5), last).test(context)).toEqual({
      holds: true,
      because: 'a; b; c',
      until: 5,
    })
  })

  it('any: stops at the first that holds', async () => {
    const last = says(true, 'c')
    expect(await any(says(false, 'a'), says(true, 'b', 5), last).test(context)).toEqual({ holds: true, because: 'b' })
    expect(last.test).not.toHaveBeenCalled()
    expect(await any(false, says(false, 'b')).test(context)).toEqual({ holds: false, because: 'its flag says no; b' })
  })

  it('not: turns it round, but not a failure', async () => {
    expect(await not(says(true, 'a')).test(context)).toEqual({ holds: false, because: 'a' })
    expect(await not(() => Promise.resolve(false)).test(context)).toMatchObject({ holds: true })
    const broken = not(() => Promise.reject(new Error('broken')))
    await expect(Promise.resolve(broken.test(context))).rejects.toThrow('broken')
  })

  it('refuse what is no condition', () => {
    expect(() => all()).toThrow('all: give at least one condition')
    expect(() => any(true, 'x' as never)).toThrow('any[1]: "x" is no condition')
  })
})
