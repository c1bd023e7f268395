import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { HealthSetupError, type Problem } from '../../packages/hale/src/core/misuse.ts'
import { describeCheck } from './check-reference/describe-check.ts'
import { wrongValues } from './check-reference/wrong-values.ts'

type Factory = (...given: readonly unknown[]) => unknown

const library = fileURLToPath(new URL('../../packages/hale/src/', import.meta.url))
const checks = globSync('checks/*.ts', { cwd: library })
  .filter((path) => !path.includes('.test'))
  .map((path) => describeCheck(`${library}${path}`))
  .filter(({ options }) => options.length > 0)
  .toSorted((a, b) => (a.name < b.name ? -1 : 1))

/** What each check is made with, at least: what comes before its options, and the options that must be given. */
const MADE_WITH: Readonly<Record<string, readonly [before: readonly unknown[], options: object]>> = {
  backlog: [[], { count: () => 0 }],
  bullmq: [[{ name: 'mail', getJobCounts: () => ({}) }], {}],
  'circuit-breaker': [[() => 'closed'], {}],
  clickhouse: [['http://127.0.0.1'], {}],
  'clock-skew': [[], { source: 'ntp://127.0.0.1' }],
  cpu: [[], {}],
  'cpu-throttling': [[], {}],
  disk: [[], {}],
  dns: [[], { name: 'shop.test' }],
  elasticsearch: [['http://127.0.0.1'], {}],
  'event-loop': [[], {}],
  'gc-pause': [[], {}],
  grpc: [[], { url: 'http://127.0.0.1' }],
  health: [[], { url: 'http://127.0.0.1' }],
  heap: [[], {}],
  heartbeat: [[], { every: '1h' }],
  http: [[], { url: 'http://127.0.0.1' }],
  jetstream: [['nats://127.0.0.1'], { stream: 'mail', consumer: 'mailer' }],
  kafka: [[{ describeCluster: () => ({}) }], {}],
  load: [[], {}],
  memcached: [['memcached://127.0.0.1'], {}],
  memory: [[], {}],
  mongodb: [['mongodb://127.0.0.1'], {}],
  mqtt: [['mqtt://127.0.0.1'], {}],
  mysql: [['mysql://127.0.0.1'], {}],
  nats: [['nats://127.0.0.1'], {}],
  'open-files': [[], {}],
  orm: [[{ $queryRawUnsafe: () => [] }], {}],
  ping: [[], { host: '127.0.0.1' }],
  postgres: [['postgres://127.0.0.1'], {}],
  'process-alive': [[], { pid: 1 }],
  rabbitmq: [['amqp://127.0.0.1'], {}],
  redis: [['redis://127.0.0.1'], {}],
  'response-time': [[{ figures: () => undefined }], { degraded: '1s' }],
  rss: [[], {}],
  s3: [['http://127.0.0.1'], { bucket: 'invoices' }],
  'slower-than-usual': [[{ figures: () => undefined }], {}],
  smtp: [[], { host: '127.0.0.1' }],
  sqlite: [['/data/app.db'], {}],
  'status-page': [[], { url: 'http://127.0.0.1' }],
  tcp: [[], { host: '127.0.0.1', port: 80 }],
  'thread-pool': [[], {}],
  tls: [[], { host: '127.0.0.1' }],
  websocket: [[], { url: 'ws://127.0.0.1' }],
  'writable-path': [[], { path: '/tmp' }],
}

function problemsOf(make: () => unknown): readonly Problem[] {
  try {
    make()
  } catch (error) {
    if (!(error instanceof HealthSetupError)) throw error
    return error.problems
  }
  return []
}

it('every check that takes options is tried here', () => {
  expect(Object.keys(MADE_WITH)).toEqual(checks.map(({ name }) => name))
})

/** Arguments with a URL in them, in which user and password are put. */
function withLogin(given: readonly unknown[], login: string): readonly unknown[] {
  return JSON.parse(JSON.stringify(given).replace('://', `://${login}@`)) as readonly unknown[]
}

const ofUrls = Object.entries(MADE_WITH).filter(([, given]) => JSON.stringify(given).includes('://'))

describe.each(ofUrls)('the URL of %s', (name, [before, options]) => {
  const tryWith = async (login: string): Promise<readonly Problem[]> => {
    const { factory } = describeCheck(`${library}checks/${name}.ts`)
    const module = (await import(`${library}checks/${name}.ts`)) as Readonly<Record<string, Factory>>
    return problemsOf(() => module[factory]?.(...withLogin([...before, options], login)))
  }

  it('E10: is refused with a password that cannot be read, which is not shown', async () => {
    const problems = await tryWith('u:hunter%FF')
    expect(problems).toMatchObject([
      { message: expect.stringMatching(/^the URL cannot be read; .*\(%2F for \/, %25 for %\)$/) },
    ])
    expect(JSON.stringify(problems)).not.toContain('hunter')
  })

  it('is taken with a password that can', async () => {
    expect(await tryWith('u:100%25')).toEqual([])
  })
})

describe.each(checks)('the options of $name', ({ factory, name, options }) => {
  const names = options.map((option) => option.name)
  const [before, needed] = MADE_WITH[name] ?? [[], {}]
  const load = async (): Promise<(given: unknown) => readonly Problem[]> => {
    const module = (await import(`${library}checks/${name}.ts`)) as Readonly<Record<string, Factory>>
    return (given) => problemsOf(() => module[factory]?.(...before, given))
  }

  it('may be left out or undefined, but for those that are needed', async () => {
    const tryWith = await load()
    expect(tryWith(needed)).toEqual([])
    expect(tryWith({ ...Object.fromEntries(names.map((each) => [each, undefined])), ...needed })).toEqual([])
    const missing = options.filter(({ required }) => required).map((option) => option.name)
    const empty = tryWith({}).map(({ field }) => field)
    expect(empty).toEqual(expect.arrayContaining(missing))
  })

  it('are refused by a name that there is not, all at once, with the name that was meant', async () => {
    const tryWith = await load()
    const misspelt = Object.fromEntries(names.map((each) => [`${each}x`, 1]))
    const refused = tryWith({ ...needed, ...misspelt })
    expect(refused.map(({ check, field, message }) => [check, field, message])).toEqual(
      names.map((each) => [name, `${each}x`, `there is no such option; did you mean "${each}"?`]),
    )
  })

  it('are all named when it cannot be guessed which was meant', async () => {
    const tryWith = await load()
    const [said = ''] = tryWith({ ...needed, qqqqqq: 1 }).map(({ message }) => message)
    const [, known = ''] = said.split('there is no such option; there are ')
    expect(known.split(', ').toSorted()).toEqual(names.toSorted())
  })

  it('are refused by a value that is none of theirs, as plain JavaScript may give it', async () => {
    const tryWith = await load()
    const wrong = options.flatMap((option) => wrongValues(option.type).map((value) => [option.name, value] as const))
    expect(wrong.length).toBeGreaterThanOrEqual(3 * names.length)
    const taken = wrong.filter(([field, value]) => {
      const found = tryWith({ ...needed, [field]: value })
      return !found.some((problem) => problem.field === field)
    })
    expect(taken).toEqual([])
  })

  it('E10: show no password of an address that is given in a wrong place', async () => {
    const tryWith = await load()
    for (const address of ['http://user:hunter2@shop.test', 'redis://:hunter2/@hunter2@cache.test:6379']) {
      const inPlaces = names.flatMap((each) => [
        { ...needed, [each]: [address] },
        { ...needed, [each]: address },
      ])
      const said = JSON.stringify([address, { [address]: 1 }, ...inPlaces].map(tryWith))
      expect(said).not.toContain('hunter2')
    }
  })

  it.each([null, 'fast', 5, true])('are no %o', async (given) => {
    const tryWith = await load()
    expect(tryWith(given).map(({ check, field }) => [check, field])).toEqual([[name, 'options']])
  })
})

const asking = Object.entries(MADE_WITH).filter(([, [before]]) => before.length > 0)

describe.each(asking)('what %s asks', (name, [, options]) => {
  it.each([undefined, null, 5, true, {}, []])('is no %o', async (given) => {
    const { factory = '' } = checks.find((check) => check.name === name) ?? {}
    const module = (await import(`${library}checks/${name}.ts`)) as Readonly<Record<string, Factory>>
    expect(problemsOf(() => module[factory]?.(given, options))).toHaveLength(1)
  })
})
