import { describe, expect, expectTypeOf, it } from 'vitest'
import { createFakeClock } from '../testing/fake-clock.ts'
import { defineCheck } from './check.ts'
import type { CheckReport } from './report.ts'
import { createHealth } from './create-health.ts'
import { HealthSetupError } from './misuse.ts'
import { healthy } from './result.ts'

const clock = createFakeClock()
const database = defineCheck({ kind: 'postgres', run: () => healthy() })
const loop = defineCheck({ kind: 'event-loop', scope: 'local', run: () => healthy() })

function problemsOf(setUp: () => unknown): readonly string[] {
  try {
    setUp()
  } catch (error) {
    if (!(error instanceof HealthSetupError)) throw error
    return error.problems.map(({ check, field }) => (check === undefined ? field : `${check}.${field}`))
  }
  return []
}

describe('createHealth', () => {
  it('E7: refuses what cannot work: everything at once, by check and field', () => {
    expect(
      problemsOf(() =>
        createHealth({
          clock,
          mode: 'sometimes' as never,
          drainWait: 'soon',
          service: { name: '' },
          ...({ cheks: {} } as object),
          checks: {
            'a b': () => healthy(),
            b: { check: database, every: '10', timeout: 0, initialDelay: -1 },
            c: { check: database, failureThreshold: 0, successThreshold: 1.5, jitter: 2 },
            d: { check: database, timeout: '1m', staleAfter: '30s' },
            e: { check: database, every: '1m', staleAfter: '30s' },
            f: { check: database, impact: 'kills' as never, tags: 'x' as never, runbook: 3 as never },
            g: { check: loop, probes: ['alive' as never] },
            h: 'postgres' as never,
            i: { check: null as never },
            j: { check: database, every: '1s', evry: '10s' } as never,
          },
        }),
      ),
    ).toEqual([
      'cheks',
      'mode',
      'service',
      'drainWait',
      'a b.name',
      'b.every',
      'b.timeout',
      'b.initialDelay',
      'c.jitter',
      'c.failureThreshold',
      'c.successThreshold',
      'd.timeout',
      'e.staleAfter',
      'f.impact',
      'f.tags',
      'f.runbook',
      'g.probes',
      'h.check',
      'i.check',
      'j.evry',
    ])
  })

  it('names the check, the field, what it is and what was meant', () => {
    expect(() => createHealth({ checks: { db: { check: database, every: '10 seconds' } } })).toThrow(
      'check "db", every: "10 seconds" is not a duration from 1 ms to 24 d, such as 500 or "10s"',
    )
  })

  it.each([
    [{ check: { every: '1s' } }, 'an object is neither a check nor a function'],
    [
      { check: () => healthy(), probes: ['ready', 'alive'] },
      '["ready", "alive"] is not a list of live, ready, startup',
    ],
    [{ check: () => healthy(), every: () => 1 }, 'a function is not a duration'],
    [{ check: () => healthy(), evry: '1s' }, 'evry: there is no such option; did you mean "every"?'],
    [{ ...database, every: '1m' }, 'every: stands beside a check, not in it: { check, every }'],
    [{ check: { ...loop, probes: ['live'] } }, 'probes: stands beside a check, not in it: { check, probes }'],
    [{ check: defineCheck({ kind: 'x', run: () => healthy(), defaults: { evry: 5 } as object }) }, 'evry: there is no'],
    [{ check: () => healthy(), probes: ['live'] }, "says so: defineCheck({ kind, scope: 'local', run })"],
    [{ check: () => healthy(), interval: '1s' }, 'interval: there is no such option; there are check, every, timeout'],
  ])('says of %o what helps', (registration, message) => {
    expect(() => createHealth({ clock, checks: { a: registration as never } })).toThrow(message)
  })

  it('E9: a dependency that serves liveness is refused by the compiler, and at run time for JavaScript', () => {
    // @ts-expect-error a dependency check cannot serve liveness
    expect(problemsOf(() => createHealth({ checks: { db: { check: database, probes: ['live'] } } }))).toEqual([
      'db.probes',
    ])
    // @ts-expect-error a plain function counts as a dependency
    expect(problemsOf(() => createHealth({ checks: { db: { check: () => healthy(), probes: ['live'] } } }))).toEqual([
      'db.probes',
    ])
    expect(problemsOf(() => createHealth({ clock, checks: { loop: { check: loop, probes: ['live'] } } }))).toEqual([])
  })

  it('a misspelt option is refused by the compiler', () => {
    // @ts-expect-error there is no such option
    expect(problemsOf(() => createHealth({ checks: { db: { check: database, evry: '1s' } } }))).toEqual(['db.evry'])
  })

  it('E7: refuses a name that is taken, when registered', async () => {
    const health = createHealth({ clock, checks: { db: database } })
    expect(problemsOf(() => health.register('db', database))).toEqual(['db.name'])
    health.register('cache', database)
    expect(Object.keys((await health.report()).checks)).toEqual(['db', 'cache'])
    await health.close()
    expect(problemsOf(() => health.register('late', database))).toEqual(['late.check'])
  })

  it('takes ten thousand checks that are registered one by one, and answers of all at once, in the time of ten thousand', async () => {
    const health = createHealth({ clock, mode: 'on-request' })
    const names = Array.from({ length: 10_000 }, (_, index) => `check-${index}`)
    for (const name of names) health.register(name, database)
    expect(Object.keys((await health.report()).checks)).toEqual(names)
    await health.close()
  })

  it('E7: a check that does not exist is a RangeError that names those that do', async () => {
    const health = createHealth({ clock, checks: { db: database } })
    await expect(health.check('dv' as 'db')).rejects.toThrow('there is no check "dv"; there are db')
  })

  it('the policy of a registration goes before that of the check, and that before the defaults', async () => {
    const check = defineCheck({ kind: 'x', run: () => healthy(), defaults: { impact: 'informs', every: '1m' } })
    const health = createHealth({ clock, checks: { a: { check, impact: 'fails' }, b: check } })
    const { checks } = await health.report()
    expect([checks.a.impact, checks.b.impact]).toEqual(['fails', 'informs'])
  })

  it('gives plain functions their context, typed', async () => {
    const health = createHealth({
      clock,
      checks: {
        bare: ({ name, signal }) => healthy(`${name} ${signal.aborted}`),
        registered: { check: async ({ name, timeoutMs }) => healthy(`${name} ${timeoutMs}`), timeout: '300ms' },
      },
    })
    const { checks } = await health.report()
    expect([checks.bare.message, checks.registered.message]).toEqual(['bare false', 'registered 300'])
    expect(checks.bare.kind).toBe('custom')
  })

  it('the report has exactly the names that were registered', async () => {
    const health = createHealth({ clock, checks: { db: { check: database, every: '5s' }, loop } })
    const report = await health.report()
    expectTypeOf(report.checks).toEqualTypeOf<Readonly<Record<'db' | 'loop', CheckReport>>>()
    expectTypeOf<Parameters<typeof health.check>>().toEqualTypeOf<[name: 'db' | 'loop']>()
    // @ts-expect-error no such check
    expect(report.checks.cache).toBeUndefined()
  })
})
