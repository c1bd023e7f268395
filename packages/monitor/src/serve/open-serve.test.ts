import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ConfigError } from '../config/problem.ts'
import { CHECK_TYPES } from './check-types/index.ts'
import { openServe, type OpenServeOptions } from './open-serve.ts'

const open = (text: string, options: Partial<OpenServeOptions> = {}) =>
  openServe(text, { file: 'serve.yaml', env: {}, isInstalled: () => true, mode: 'on-request', ...options })

/** Everything that is refused, as `line:column path: message`. */
async function problemsOf(text: string, options: Partial<OpenServeOptions> = {}): Promise<readonly string[]> {
  try {
    const { health } = await open(text, options)
    await health.close()
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(({ column, line, message, path, suggestion }) => {
      const meant = suggestion === undefined ? '' : ` (${suggestion})`
      return `${line}:${column} ${path}: ${message}${meant}`
    })
  }
}

describe('a file for hale serve', () => {
  it('is small, and everything else has a default', async () => {
    const { checks, grace, handler, health, host, port } = await open('checks:\n  disk: { type: disk }\n')
    expect({ host, port, grace, path: handler.basePath }).toEqual({
      host: '127.0.0.1',
      port: 8481,
      grace: '20s',
      path: '/health',
    })
    expect(checks).toEqual([{ name: 'disk', type: 'disk' }])
    expect(health.has('disk')).toBe(true)
    await health.close()
  })

  it.each([
    [':9000', undefined, 9_000],
    ['"[::1]:9000"', '::1', 9_000],
    ['9000', '127.0.0.1', 9_000],
    ['localhost:0', 'localhost', 0],
    ['"${HOST}:${PORT}"', '10.0.0.1', 8_080],
  ])('listens at %s', async (listen, host, port) => {
    const env = { HOST: '10.0.0.1', PORT: '8080' }
    const served = await open(`serve: { listen: ${listen} }\nchecks: { disk: { type: disk } }\n`, { env })
    expect([served.host, served.port]).toEqual([host, port])
    await served.health.close()
  })

  it('is refused with all that is wrong at once, each where a person mends it', async () => {
    const text = `serve: { listen: 127.0.0.1:99999, pth: /x }
checks:
  database: { type: postgras, url: 'postgres://127.0.0.1/x' }
  slow: { type: postgres, url: 'http://x', degraded: 2s, unhealthy: 1s }
  api: { type: http, url: http://x/, evry: 3s }
  live: { type: http, url: http://x/, probes: [live] }
  disk: { type: disk, degraded: 5 apples }
  lookup: { type: dns, name: example.com, record: MY }
`
    expect(await problemsOf(text)).toEqual([
      '1:18 serve.listen: is not an address such as 127.0.0.1:8481 or :8481',
      '1:35 serve.pth: unknown key (path)',
      '3:21 checks.database.type: there is no check of that type (postgres)',
      '4:32 checks.slow.url: the URL must begin with postgres:// or postgresql://',
      '4:54 checks.slow.degraded: 2s must not be above unhealthy, 1s',
      '5:38 checks.api.evry: unknown key (every)',
      expect.stringMatching(/^6:47 checks\.live\.probes: live is for checks of this machine only/),
      '7:33 checks.disk.degraded: is neither a share such as 10% nor an amount such as 5GB',
      expect.stringMatching(/^8:51 checks\.lookup\.record: must be one of A, .*MX/),
    ])
  })

  it('is refused with what its schema sees and what only the library sees together, in one go and in order', async () => {
    const text = `serve:
  path: health
  keys: ['sha256:12', { key: '\${NONE}', scop: admin }]
  addresses: [10.0.0.0/33, '\${NET}']
checks:
  db: { type: postgres, url: mysql://db, evry: 3s, timeout: 5, staleAfter: 1s, role: leader }
  db2: { type: postgres, url: '\${DATABASE_URL}', degraded: 2s, unhealthy: 1s, impact: fail }
  db2: { type: memory, degraded: 80 }
  api: { type: http, url: ftp://x, status: ok, probes: live, when: { check: apy } }
  mail: { type: smtp, user: 5, password: p, port: 0, when: { window: { cron: daily, for: 1 } } }
  a: { type: disk, when: { check: b } }
  b: { type: disk, path: 5, when: { any: [{ check: a }] } }
  odd one: { type: dsk, every: 5 }
exporters:
  statsd: { prefix: a b, port: x }
  datadog: { apiKey: '\${DD_API_KEY}', site: x }
`
    expect(await problemsOf(text)).toMatchInlineSnapshot(`
      [
        "2:9 serve.path: "health" is not a path such as "/health", without a slash at its end",
        "3:10 serve.keys[0]: sha256: is not followed by 64 hexadecimal digits",
        "3:30 serve.keys[1].key: the environment has no variable NONE; set it, or write \${NONE:-default}",
        "3:41 serve.keys[1].scop: unknown key (scope)",
        "4:15 serve.addresses[0]: "10.0.0.0/33" has a length that is not from 0 to 32",
        "4:28 serve.addresses[1]: the environment has no variable NET; set it, or write \${NET:-default}",
        "6:30 checks.db.url: the URL must begin with postgres:// or postgresql://",
        "6:42 checks.db.evry: unknown key (every)",
        "6:61 checks.db.timeout: 5 has no unit; write 5s or 5ms",
        "6:86 checks.db.role: must be one of primary, replica",
        "7:31 checks.db2.url: the environment has no variable DATABASE_URL; set it, or write \${DATABASE_URL:-default}",
        "8:3 checks.db2: stands here a second time; the first is in line 7",
        "8:34 checks.db2.degraded: 80 has no unit; write 80% or 80GB",
        "9:27 checks.api.url: must be a URL that begins with http:// or https://",
        "9:44 checks.api.status: is not a status code or a range such as 200-299",
        "9:56 checks.api.probes: live is for checks of this machine only, such as disk, memory, event-loop: what http asks would not be mended by a restart of the app",
        "9:77 checks.api.when.check: there is no check "apy" (api)",
        "10:9 checks.mail.host: is missing",
        "10:29 checks.mail.user: is a number, not text; put it between quotes",
        "10:51 checks.mail.port: must be at least 1",
        "10:78 checks.mail.when.window.cron: "daily" is not a cron pattern such as "0 2 * * SUN"",
        "10:90 checks.mail.when.window.for: 1 has no unit; write 1s or 1ms",
        "11:35 checks.a.when.check: the checks wait for each other: a → b → a",
        "12:26 checks.b.path: is a number, not text; put it between quotes",
        "12:52 checks.b.when.any[0].check: the checks wait for each other: b → a → b",
        "13:3 checks.odd one: is no name; use 1 to 64 letters, digits, "_", "-" or ".", the first a letter or digit",
        "13:20 checks.odd one.type: there is no check of that type (disk)",
        "13:32 checks.odd one.every: 5 has no unit; write 5s or 5ms",
        "15:21 exporters.statsd.prefix: "a b" is not names of letters, digits, - and _ with dots between",
        "15:32 exporters.statsd.port: is text, not a number",
        "16:22 exporters.datadog.apiKey: the environment has no variable DD_API_KEY; set it, or write \${DD_API_KEY:-default}",
        "16:45 exporters.datadog.site: "x" is none of datadoghq.com, us3.datadoghq.com, us5.datadoghq.com, datadoghq.eu, ap1.datadoghq.com, ap2.datadoghq.com, ddog-gov.com",
      ]
    `)
  })

  it('takes a single value where a list is meant', async () => {
    const { handler, health } = await open(`serve: { keys: '${'k'.repeat(32)}', formats: html, addresses: 10.0.0.0/8 }
checks:
  api: { type: http, url: http://127.0.0.1/, status: 204, tags: shop, probes: startup }
  name: { type: dns, name: example.com, expected: 1.2.3.4, servers: 127.0.0.1 }
`)
    expect(handler.keys).toEqual(['k'.repeat(32)])
    expect(handler.formats?.map(({ name }) => name)).toEqual(['html'])
    expect(health.view('startup').report().checks['api']).toMatchObject({ tags: ['shop'] })
    await health.close()
  })

  it('is refused for what the endpoints or a condition cannot do', async () => {
    const text = `serve:
  path: health
  keys: ['sha256:12']
checks:
  disk: { type: disk }
`
    expect(await problemsOf(text)).toEqual([
      expect.stringMatching(/^2:9 serve\.path: "health" is not a path/),
      '3:10 serve.keys[0]: sha256: is not followed by 64 hexadecimal digits',
    ])
    expect(await problemsOf('checks: { disk: { type: disk, when: { check: gone } } }')).toEqual([
      expect.stringMatching(/^1:\d+ checks\.disk\.when\.check: there is no check "gone"; there are disk$/),
    ])
    expect(await problemsOf('checks: { disk: { type: disk, when: { load: { over: 1 } } } }')).toEqual([
      expect.stringMatching(/^1:\d+ checks\.disk\.when\.load\.over: unknown key/),
    ])
    expect(await problemsOf('checks: { disk: { type: disk, when: { load: { above: many } } } }')).toEqual([
      expect.stringMatching(/^1:\d+ checks\.disk\.when\.load\.above: is not a load per processor, such as 2$/),
    ])
  })

  it('names a client package that is not there, and what to type', async () => {
    const text = "checks: { cache: { type: redis, url: 'redis://127.0.0.1' } }"
    expect(await problemsOf(text, { isInstalled: (name) => name !== 'redis' })).toEqual([
      expect.stringMatching(/^1:26 checks\.cache\.type: asks by the package redis, .*npm install redis/),
    ])
    const plan = "checks: { disk: { type: disk, when: { not: { window: { cron: '0 2 * * *', for: 1h } } } } }"
    expect(await problemsOf(plan, { isInstalled: () => false })).toEqual([
      expect.stringMatching(/^1:\d+ checks\.disk\.when\.not\.window: needs the package croner/),
    ])
    expect(await problemsOf(plan)).toEqual([])
  })

  it('names every package that is not there when a check asks by several', async () => {
    const text = "checks: { mail: { type: jetstream, url: 'nats://127.0.0.1', stream: shop, consumer: mailer } }"
    expect(await problemsOf(text, { isInstalled: () => false })).toEqual([
      expect.stringMatching(
        /asks by the packages @nats-io\/transport-node and @nats-io\/jetstream, which are not inst/,
      ),
    ])
  })

  it('is refused for what cannot be seen from beside an app, with the reason', async () => {
    const text = 'checks: { mine: { type: rss }, queue: { type: bullmq } }'
    expect(await problemsOf(text)).toEqual([
      expect.stringMatching(
        /^1:25 checks\.mine\.type: rss looks at the process that it runs in, which here would be Hale/,
      ),
      expect.stringMatching(
        /^1:47 checks\.queue\.type: bullmq is told by the app itself, through the library; there are disk/,
      ),
    ])
  })

  it('is refused for what a check of one’s own limits cannot be', async () => {
    const text = `checks:
  a: { type: load, minutes: 10 }
  b: { type: cpu-throttling, degraded: much }
  c: { type: clock-skew, url: 'ftp://x' }
  d: { type: process-alive }
  e: { type: smtp, host: mail, user: app, password: p }
`
    expect(await problemsOf(text)).toEqual([
      expect.stringMatching(/^2:29 checks\.a\.minutes: /),
      '3:40 checks.b.degraded: is not a share such as 80%',
      expect.stringMatching(/^4:31 checks\.c\.url: is not an address such as ntp:/),
      expect.stringMatching(/^5:6 checks\.d\.pid: give one of pid, pidFile and name/),
      '6:38 checks.e.user: is sent over TLS only: set secure',
    ])
  })

  it('S9: says so when it is empty, no YAML, the monitor’s, or lacks a variable', async () => {
    expect(await problemsOf('')).toEqual(['1:1 checks: is missing'])
    expect(await problemsOf('checks: {}')).toEqual(['1:9 checks: names nothing to check'])
    expect(await problemsOf('checks: [')).toHaveLength(1)
    expect(await problemsOf('targets: [http://x/]')).toEqual([expect.stringMatching(/^1:1 targets: is what "hale up"/)])
    expect(await problemsOf("serve: { keys: ['${KEY}'] }")).toEqual([
      '1:1 checks: is missing',
      expect.stringMatching(/no variable KEY/),
    ])
    expect(await problemsOf('checks: { __proto__: { type: disk }, x: 1, y: { type: constructor } }')).not.toEqual([])
  })

  it('asks only while its condition holds', async () => {
    const { health } = await open(`checks:
  disk: { type: disk, path: /, degraded: 0%, unhealthy: 0% }
  copy:
    type: disk
    degraded: 0%
    unhealthy: 0%
    when: { check: disk, any: [{ load: { below: 0.000001 } }, { not: { memory: { below: 100% } } }] }
`)
    const { checks } = await health.report()
    expect(checks).toMatchObject({ disk: { status: 'healthy' }, copy: { status: 'skipped' } })
    await health.close()
  })

  it('loads the formats it names, in their order', async () => {
    const { handler, health } = await open('serve: { formats: [spring-boot, hale] }\nchecks: { disk: { type: disk } }')
    expect(handler.formats?.map(({ name }) => name)).toEqual(['spring-boot', 'hale'])
    await health.close()
  })
})

describe('the exporters of a file', () => {
  const checks = 'checks: { disk: { type: disk } }'

  it('are named by their type, or by a name of their own', async () => {
    const { exporters, health } = await open(`${checks}
exporters:
  statsd: {}
  old: { type: graphite, host: graphite.internal, prefix: shop.eu, every: 30s }
  dogstatsd: { socketPath: /run/datadog.sock, tags: { env: prod } }
  opentelemetry: { endpoint: 'http://collector:4318', signals: [metrics] }
`)
    expect(exporters.map(({ name, type }) => [name, type])).toEqual([
      ['statsd', 'statsd'],
      ['old', 'graphite'],
      ['dogstatsd', 'dogstatsd'],
      ['opentelemetry', 'opentelemetry'],
    ])
    await health.close()
  })

  it('take their keys from the environment', async () => {
    const env = { DD_API_KEY: '0123456789abcdef0123456789abcdef', NEW_RELIC_LICENSE_KEY: 'x'.repeat(40), ACCOUNT: '42' }
    const { exporters, health } = await open(
      `${checks}
exporters:
  datadog: { apiKey: '\${DD_API_KEY}', site: datadoghq.eu }
  new-relic:
    licenseKey: \${NEW_RELIC_LICENSE_KEY}
    accountId: \${ACCOUNT}
    attributes: { service.name: orders }
`,
      { env },
    )
    expect(exporters).toHaveLength(2)
    await health.close()
  })

  it('are refused when the packages are not there by which they tell', async () => {
    const text = `${checks}\nexporters: { opentelemetry: { endpoint: 'ftp://x' } }`
    expect(await problemsOf(text, { isInstalled: (name) => !name.startsWith('@opentelemetry/sdk') })).toEqual([
      expect.stringMatching(
        /^2:\d+ exporters\.opentelemetry: tells by the packages @opentelemetry\/sdk-metrics, @opentelemetry\/sdk-logs and @opentelemetry\/sdk-trace, which/,
      ),
      '2:41 exporters.opentelemetry.endpoint: must be a URL that begins with http:// or https://',
    ])
  })

  it('are refused with all that is wrong at once, each where a person mends it, and no key is told', async () => {
    const problems = await problemsOf(
      `${checks}
exporters:
  statd: {}
  a: { type: graphit }
  statsd: { port: 8125, hots: x, every: 10ms }
  datadog: { apiKey: '\${KEY}', site: datadog.com, tags: { version: 1.5 } }
  b: { type: datadog, apiKey: '\${KEY}', site: datadog.com }
  graphite: { prefix: 'a b' }
  new-relic: { licenseKey: k }
  dogstatsd:
`,
      { env: { KEY: 'hunter2 hunter2' } },
    )
    expect(problems).toEqual([
      '3:3 exporters.statd: there is no exporter of that type (statsd)',
      '4:14 exporters.a.type: there is no exporter of that type (graphite)',
      '5:25 exporters.statsd.hots: unknown key (host)',
      '5:41 exporters.statsd.every: must be at least 1s',
      expect.stringMatching(/^6:22 exporters\.datadog\.apiKey: is not a key: use an API key/),
      expect.stringMatching(/^6:38 exporters\.datadog\.site: "datadog\.com" is none of datadoghq\.com, /),
      '6:68 exporters.datadog.tags.version: is not text; put the value between quotes',
      expect.stringMatching(/^7:31 exporters\.b\.apiKey: is not a key: use an API key/),
      expect.stringMatching(/^7:47 exporters\.b\.site: "datadog\.com" is none of datadoghq\.com, /),
      expect.stringMatching(/^8:23 exporters\.graphite\.prefix: "a b" is not names of letters/),
      '9:14 exporters.new-relic.accountId: is missing',
      expect.stringMatching(/^10:\d+ exporters\.dogstatsd: is not a mapping; write \{\}/),
    ])
    expect(problems.join('')).not.toContain('hunter2')
  })
})

/** The least that each type takes. */
const LEAST: Readonly<Record<string, string>> = {
  http: 'url: http://127.0.0.1/, status: [200, 300-399]',
  health: 'url: http://127.0.0.1/',
  tcp: 'host: 127.0.0.1, port: 1',
  ping: 'host: 127.0.0.1',
  dns: 'name: example.com, record: MX',
  tls: 'host: example.com, startTls: smtp',
  postgres: "url: 'postgres://127.0.0.1/x', migrations: { applied: SELECT 1, expected: [a] }",
  mysql: "url: 'mysql://127.0.0.1/x', role: primary",
  sqlite: 'path: /tmp/none.db',
  redis: "url: 'redis://127.0.0.1'",
  mongodb: "url: 'mongodb://127.0.0.1'",
  memcached: "url: 'memcached://127.0.0.1'",
  elasticsearch: "url: 'http://127.0.0.1:9200', yellow: healthy",
  clickhouse: "url: 'http://127.0.0.1:8123'",
  s3: "url: 'http://127.0.0.1:9000', bucket: files",
  load: 'minutes: 15, unhealthy: 8',
  'cpu-throttling': 'degraded: 40%',
  'clock-skew': 'url: ntp://127.0.0.1, degraded: 1s',
  'writable-path': 'path: /tmp',
  'process-alive': 'name: nginx, atLeast: 2',
  websocket: 'url: ws://127.0.0.1/live, ping: false',
  grpc: "url: 'http://127.0.0.1:50051', service: shop.Stock",
  smtp: 'host: 127.0.0.1, secure: starttls, user: app, password: p',
  'status-page': 'url: https://status.example, components: [Webhooks]',
  disk: 'inodesDegraded: 12%',
  rabbitmq: "url: 'amqp://127.0.0.1/shop', queue: mail, messagesDegraded: 100, consumers: 1",
  mqtt: "url: 'mqtt://127.0.0.1', topic: devices/+/alive, silentDegraded: 5m",
  nats: "url: 'nats://127.0.0.1'",
  jetstream: "url: 'nats://127.0.0.1', stream: shop, consumer: mailer, pendingDegraded: 100, ageUnhealthy: 5m",
}

it.each(Object.keys(CHECK_TYPES))(
  'E9: the type %s may serve liveness if it looks at this machine only',
  async (type) => {
    const options = parse(`{ ${LEAST[type] ?? ''} }`) as Readonly<Record<string, unknown>>
    const check = await CHECK_TYPES[type]?.make(options)
    expect(check?.scope).toBe(CHECK_TYPES[type]?.scope)
  },
)

it.each(Object.keys(CHECK_TYPES))('the type %s is made by the check of the library', async (type) => {
  const { health } = await open(`checks: { it: { type: ${type}, ${LEAST[type] ?? ''} } }`)
  expect(health.view({ check: 'it' }).report().checks['it']?.kind).toBe(type)
  await health.close()
})

it.each([
  ['postgres', "url: 'postgres://127.0.0.1', query", `SELECT ${'1 + '.repeat(200)}1`],
  ['http', 'url: http://127.0.0.1/, bodyContains', 'x'.repeat(500)],
  ['health', 'url: http://127.0.0.1/, key', 'k'.repeat(1_000)],
  ['disk', 'path', `/${'srv/'.repeat(100)}`],
  ['rabbitmq', "url: 'amqp://127.0.0.1', queue", 'q'.repeat(255)],
  ['memcached', "url: 'memcached://127.0.0.1', key", 'k'.repeat(250)],
])('the type %s takes what is long by its nature', async (type, key, value) => {
  const { checks, health } = await open(`checks: { it: { type: ${type}, ${key}: '${value}' } }`)
  expect(checks).toHaveLength(1)
  await health.close()
})
