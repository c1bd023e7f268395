import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { disk } from '../checks/disk.ts'
import { defineCheck } from '../core/check.ts'
import { createHealth } from '../core/create-health.ts'
import { healthy } from '../core/result.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { assess } from './assess.ts'
import { COVERAGE } from './coverage.ts'
import { cover } from './cover.ts'
import { ASK_ANYTHING, ASK_NO_DEPENDENCY, asksOneThing } from './kinds.ts'
import { SHARED_KINDS, type KnownCheck } from './unwise-checks.ts'
import type { ManifestProbe } from './unwise-probes.ts'

const uncovered = (dependencies: string[], environmentNames: string[], checks: KnownCheck[] = []): string[] =>
  assess({ dependencies, environmentNames, checks }).map(({ what }) => what)

const probe: ManifestProbe = {
  where: 'k8s/app.yaml',
  probe: 'liveness',
  path: '/health/live',
  port: 'http',
  ports: ['http', 3000],
}
const codes = (...manifests: ManifestProbe[]): string[] =>
  assess({ dependencies: [], environmentNames: [], manifests }).map(({ code }) => code)

describe('what is not covered', () => {
  it.each(COVERAGE.map((row) => [Object.keys(row.packages)[0] ?? row.name, row] as const))(
    'is found for %s, with lines that name a check there is, until that check is there',
    async (_package, row) => {
      for (const name of Object.keys(row.packages)) {
        const [finding, ...more] = assess({ dependencies: [name], environmentNames: [] })
        expect(more).toEqual([])
        expect(finding?.what).toBe(`\`${name}\` is here; nothing checks it.`)
        const [, factory = '', path = ''] =
          /^import \{ (\w+) \} from 'hale\/checks\/(.+)'$/.exec(finding?.lines[0] ?? '') ?? []
        const module = (await import(`../checks/${path}.ts`)) as Record<string, unknown>
        expect(module[factory]).toBeTypeOf('function')
        expect(finding?.lines[1]).toContain(`${factory}(`)
        expect(uncovered([name], [], [{ kind: row.check, name: row.name }])).toEqual([])
      }
    },
  )

  it('names package and variable together, and connects by the variable', () => {
    expect(assess({ dependencies: ['pg', 'ioredis'], environmentNames: ['DATABASE_URL', 'REDIS_URL'] })).toMatchObject([
      { what: '`pg` and `DATABASE_URL` are here; nothing checks them.' },
      {
        what: '`ioredis` and `REDIS_URL` are here; nothing checks them.',
        // By the address it would need another package.
        lines: ["import { redis } from 'hale/checks/redis'", 'redis: redis(client),', "// client: the app's own"],
      },
    ])
    expect(assess({ dependencies: ['redis'], environmentNames: ['REDIS_URL'] })[0]?.lines).toEqual([
      "import { redis } from 'hale/checks/redis'",
      "redis: redis(process.env['REDIS_URL'] ?? ''),",
      "// or through the app's own client, which shows more: redis(client)",
    ])
    expect(assess({ dependencies: [], environmentNames: ['REDIS_URL'] })[0]?.lines.at(-1)).toBe(
      '// by an address it needs the package redis',
    )
  })

  it('tells by the scheme of its address what a variable is of, whatever its name', () => {
    const facts = { dependencies: [], environmentNames: ['DATABASE_URL', 'JOBS', 'toString'] }
    expect(assess({ ...facts, schemes: { DATABASE_URL: 'mysql', JOBS: 'amqp' } }).map(({ what }) => what)).toEqual([
      '`DATABASE_URL` is here; nothing checks it.',
      '`JOBS` is here; nothing checks it.',
    ])
    expect(assess({ ...facts, schemes: { DATABASE_URL: 'mysql' } })[0]?.lines[0]).toContain('hale/checks/mysql')
    const found = assess({ ...facts, checks: [{ kind: 'mysql' }], schemes: { DATABASE_URL: 'mysql' } })
    expect(found).toEqual([])
  })

  it.each([
    ['docker.io/library/postgres:18-alpine', 'postgres'],
    ['redis', 'redis'],
    ['mcr.microsoft.com/mssql/server:2025-latest', 'tcp'],
    ['localhost:5000/team/mongo@sha256:0123', 'mongodb'],
    ['clickhouse/clickhouse-server', 'clickhouse'],
  ])('knows what runs beside it by its image: %s', (image, check) => {
    const [finding, ...more] = assess({
      dependencies: [],
      environmentNames: [],
      services: [{ name: 'db of compose.yaml', image }],
    })
    expect(more).toEqual([])
    expect(finding?.what).toBe('`db of compose.yaml` is here; nothing checks it.')
    expect(finding?.lines[0]).toContain(`hale/checks/${check}'`)
  })

  it.each(['prom/redis_exporter', 'mongo-express:1', 'redis/redisinsight', 'nginx', ''])(
    'says nothing of the image %j',
    (image) => {
      expect(assess({ dependencies: [], environmentNames: [], services: [{ name: 'x', image }] })).toEqual([])
    },
  )

  it('gives every line to paste a name of its own', () => {
    const lines = assess({ dependencies: ['pg', 'mysql2', 'better-sqlite3'], environmentNames: [] }).map(
      (each) => each.lines[1],
    )
    expect(lines).toEqual(['database: postgres(pool),', 'mysql: mysql(pool),', 'sqlite: sqlite(database),'])
    const checks = [{ kind: 'function', name: 'jobs' }]
    expect(assess({ dependencies: ['bullmq'], environmentNames: [], checks })).toEqual([])
  })

  it('goes by the kind of a check, and by its name only where its kind can ask anything', () => {
    const found = (...checks: KnownCheck[]) => uncovered(['amqplib'], ['AMQP_URL', 'DATABASE_URL'], checks)
    const [amqp, database] = [
      '`amqplib` and `AMQP_URL` are here; nothing checks them.',
      '`DATABASE_URL` is here; nothing checks it.',
    ]
    expect(found({ kind: 'redis', name: 'queue' }, { kind: 'disk', name: 'database' })).toEqual([database, amqp])
    expect(found({ kind: 'bullmq', name: 'queue' }, { kind: 'dns', name: 'db' })).toEqual([database, amqp])
    for (const kind of ['tcp', 'function', 'mine', 'circuit-breaker']) {
      expect(found({ kind, name: 'queue' }, { kind, name: 'database' })).toEqual([])
    }
    expect(found({ kind: 'rabbitmq', name: 'x' }, { kind: 'postgres', name: 'y' })).toEqual([])
  })

  it('knows of every kind of check what it says', () => {
    const files = readdirSync(`${import.meta.dirname}/../checks`).filter((file) => /^[\w-]+\.ts$/.test(file))
    const kinds = files.map((file) => file.replace('.ts', ''))
    expect(kinds.length).toBeGreaterThan(40)
    expect(kinds.filter((kind) => !asksOneThing(kind)).toSorted()).toEqual([...ASK_ANYTHING])
    expect([...ASK_NO_DEPENDENCY].filter((kind) => !kinds.includes(kind))).toEqual([])
  })

  it('gives a name that could be of several to the package that is there, or to the check that is', () => {
    expect(uncovered(['mysql2'], ['DATABASE_URL'])).toEqual([
      '`mysql2` and `DATABASE_URL` are here; nothing checks them.',
    ])
    expect(uncovered([], ['DATABASE_URL'], [{ kind: 'mysql' }])).toEqual([])
    expect(uncovered([], ['DATABASE_URL'])).toEqual(['`DATABASE_URL` is here; nothing checks it.'])
  })

  it('takes Kafka and its address for one, also where no check speaks to the client', () => {
    expect(uncovered(['kafkajs'], ['KAFKA_BROKERS'])).toEqual([
      '`kafkajs` and `KAFKA_BROKERS` are here; nothing checks them.',
    ])
    const [found] = assess({ dependencies: [], environmentNames: ['KAFKA_BROKERS'] })
    expect(found?.lines[1]).toBe("kafka: tcp({ host: 'kafka.internal', port: 9092 }),")
    expect(uncovered([], ['KAFKA_BROKERS'], [{ kind: 'kafka' }])).toEqual([])
  })

  it.each(['KAFKA_BROKER_URL', 'KAFKA_BOOTSTRAP_SERVERS', 'SHOP_KAFKA_BROKERS'])(
    'takes kafkajs, %s and the broker beside the app for one',
    (name) => {
      const services = [{ name: 'broker of compose.yaml', image: 'apache/kafka:4.1.0' }]
      const facts = { dependencies: ['kafkajs'], environmentNames: [name], services }
      const [found, ...more] = assess(facts)
      expect(more).toEqual([])
      expect(found?.what).toBe(`\`kafkajs\`, \`${name}\` and \`broker of compose.yaml\` are here; nothing checks them.`)
      expect(found?.lines).toContain('kafka: kafka(admin),')
      expect(assess({ ...facts, checks: [{ kind: 'kafka' }] })).toEqual([])
      expect(assess({ ...facts, dependencies: [] })[0]?.lines[0]).toBe("import { tcp } from 'hale/checks/tcp'")
    },
  )

  it('takes an ORM and its driver for one database, which either check covers', () => {
    expect(uncovered(['drizzle-orm', 'pg'], [])).toEqual(['`drizzle-orm` and `pg` are here; nothing checks them.'])
    expect(uncovered(['drizzle-orm', 'pg'], [], [{ kind: 'orm' }])).toEqual([])
    expect(uncovered(['drizzle-orm', 'pg'], [], [{ kind: 'postgres' }])).toEqual([])
  })

  it('believes the name of a check of the app’s own, and no TCP check of something else', () => {
    expect(uncovered(['kafkajs'], [], [{ kind: 'function', name: 'kafka' }])).toEqual([])
    expect(uncovered(['kafkajs'], [], [{ kind: 'tcp', name: 'printer' }])).toHaveLength(1)
  })

  it('says nothing of clients for many things, nor of names that only look alike', () => {
    expect(
      uncovered(['axios', 'undici', 'pg-format', 'toString', '__proto__'], ['PATH', 'REDISTRIBUTE', 'PREDIS']),
    ).toEqual([])
  })

  it('names what it was given and nothing twice, whatever it is given', () => {
    const known = COVERAGE.flatMap(({ packages }) => Object.keys(packages))
    const name = fc.oneof(fc.constantFrom(...known, 'DATABASE_URL', 'REDIS_URL', 'MONGO_URI'), fc.string())
    fc.assert(
      fc.property(fc.array(name), fc.array(name), (dependencies, environmentNames) => {
        const given = new Set([...dependencies, ...environmentNames])
        const said = assess({ dependencies, environmentNames }).flatMap(({ what }) =>
          [...given].filter((each) => each !== '' && what.split('`').includes(each) && known.includes(each)),
        )
        expect(new Set(said).size).toBe(said.length)
        expect(said.toSorted()).toEqual(known.filter((each) => dependencies.includes(each)).toSorted())
      }),
    )
  })
})

describe('what is unwise', () => {
  const of = (...checks: KnownCheck[]): string[] =>
    assess({ dependencies: [], environmentNames: [], checks }).map(({ code }) => code)

  it('E17: is a shared dependency that fails readiness, and no local check that does', () => {
    expect(of({ kind: 'postgres', impact: 'fails' })).toEqual(['DEPENDENCY_FAILS_READINESS'])
    expect(of({ kind: 'postgres', impact: 'fails', probes: [] })).toEqual([])
    expect(of({ kind: 'postgres', impact: 'degrades' }, { kind: 'disk', impact: 'fails' })).toEqual([])
    expect(of({ kind: 'mine', scope: 'local', impact: 'fails' })).toEqual([])
  })

  it.each([...SHARED_KINDS])('E17: knows that %s asks something shared', (kind) => {
    expect(readFileSync(`${import.meta.dirname}/../checks/${kind}.ts`, 'utf8')).toMatch(/\): DependencyCheck\b/)
    expect(of({ kind, impact: 'fails' })).toEqual(['DEPENDENCY_FAILS_READINESS'])
  })

  it('is a timeout longer than the readiness probe’s, which is a second unless it says otherwise', () => {
    const facts = { dependencies: [], environmentNames: [], checks: [{ kind: 'http', timeoutMs: 3_000 }] }
    const ready: ManifestProbe = { ...probe, probe: 'readiness', path: '/health/ready' }
    expect(of({ kind: 'http', timeoutMs: 1_000 })).toEqual([])
    expect(assess(facts)).toMatchObject([{ code: 'TIMEOUT_TOO_LONG', lines: ["timeout: '1s',"] }])
    expect(assess({ ...facts, manifests: [ready] })).toHaveLength(1)
    expect(assess({ ...facts, manifests: [{ ...ready, timeoutSeconds: 5 }] })).toEqual([])
  })

  it.each(['/health', '/health/', '/health/ready', '/api/health/ready?x=1', '/health/startup', '/health/checks/db'])(
    'E9: is a liveness probe on %s',
    (path) => {
      expect(codes({ ...probe, path })).toEqual(['LIVENESS_PATH'])
    },
  )

  it('is no liveness probe on its own path, or on one that is not Hale’s', () => {
    expect(codes(probe, { ...probe, path: '/ping' }, { ...probe, probe: 'readiness', path: '/health/ready' })).toEqual(
      [],
    )
  })

  it('is a readiness probe that asks for liveness', () => {
    expect(codes({ ...probe, probe: 'readiness' })).toEqual(['READINESS_PATH'])
  })

  it('is a port that the container does not have', () => {
    expect(codes({ ...probe, port: 'web' }, { ...probe, port: 8080 })).toEqual(['PROBE_PORT', 'PROBE_PORT'])
    expect(codes({ ...probe, port: 3000 }, { ...probe, port: 8080, ports: [] })).toEqual([])
  })
})

describe('cover', () => {
  it('knows the checks of a health, without asking them', async () => {
    let runs = 0
    const postgres = defineCheck({
      kind: 'postgres',
      run: () => {
        runs++
        return healthy()
      },
    })
    await using health = createHealth({
      clock: createFakeClock(),
      mode: 'on-request',
      checks: { db: { check: postgres, impact: 'fails' }, files: disk() },
    })
    const found = cover(health, { dependencies: ['pg', 'redis'], environmentNames: [] })
    expect(found.map(({ code, what }) => [code, what.split('`')[1]])).toEqual([
      ['NOT_COVERED', 'redis'],
      ['DEPENDENCY_FAILS_READINESS', 'db'],
    ])
    expect(runs).toBe(0)
  })
})
