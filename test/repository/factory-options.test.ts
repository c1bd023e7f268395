import { describe, expect, it } from 'vitest'
import { cpu } from '../../packages/hale/src/conditions/cpu.ts'
import { load } from '../../packages/hale/src/conditions/load.ts'
import { memory } from '../../packages/hale/src/conditions/memory.ts'
import { window } from '../../packages/hale/src/conditions/window.ts'
import { defineCheck } from '../../packages/hale/src/core/check.ts'
import { createHealth } from '../../packages/hale/src/core/create-health.ts'
import { HealthSetupError, type Problem } from '../../packages/hale/src/core/misuse.ts'
import { createTraffic } from '../../packages/hale/src/core/traffic.ts'
import { createDatadogExporter } from '../../packages/hale/src/exporters/datadog.ts'
import { createDogstatsdExporter } from '../../packages/hale/src/exporters/dogstatsd.ts'
import { createGraphiteExporter } from '../../packages/hale/src/exporters/graphite.ts'
import { createNewRelicExporter } from '../../packages/hale/src/exporters/new-relic.ts'
import { createOpenTelemetryExporter } from '../../packages/hale/src/exporters/opentelemetry.ts'
import { metricsFormats } from '../../packages/hale/src/exporters/prometheus.ts'
import { createStatsdExporter } from '../../packages/hale/src/exporters/statsd.ts'
import { notifySystemd } from '../../packages/hale/src/exporters/systemd.ts'
import { allow } from '../../packages/hale/src/http/allow.ts'
import { trafficMiddleware } from '../../packages/hale/src/http/express-traffic.ts'
import { healthRouter } from '../../packages/hale/src/http/express.ts'
import { addHealthService } from '../../packages/hale/src/http/grpc-js.ts'
import { serveGrpc } from '../../packages/hale/src/http/grpc.ts'
import { createHandler } from '../../packages/hale/src/http/handler.ts'
import { healthMiddleware as honoMiddleware } from '../../packages/hale/src/http/hono.ts'
import { healthMiddleware as koaMiddleware } from '../../packages/hale/src/http/koa.ts'
import { healthModule } from '../../packages/hale/src/http/nest.ts'
import { healthRoute } from '../../packages/hale/src/http/next.ts'
import { healthHandler, serve, shutDown, shutDownOnSignal } from '../../packages/hale/src/http/node.ts'
import { adapterConformance } from '../../packages/hale/src/testing/adapter-conformance.ts'
import { checkConformance } from '../../packages/hale/src/testing/check-conformance.ts'
import { createFakeClock } from '../../packages/hale/src/testing/fake-clock.ts'
import { openFaultProxy } from '../../packages/hale/src/testing/fault-proxy.ts'
import { trafficConformance } from '../../packages/hale/src/testing/traffic-conformance.ts'

const clock = createFakeClock()
const health = createHealth({ clock, mode: 'on-request', checks: { db: () => ({ status: 'healthy' }) } })
const traffic = createTraffic({ clock })
const TIMES = ['5', '10 s', Number.NaN, -1, null, {}]
const COUNTS = ['5', Number.NaN, -1, 1.5, null]
const LISTS = ['a', 5, null, {}]
const PUSH = { every: TIMES, timeout: TIMES, capacity: COUNTS, logger: [5, {}], random: [5] }
const ACCESS = { keys: LISTS, access: [5, {}, 'allow'] }
const MOUNT = {
  ...ACCESS,
  basePath: [5, 'health', '/health/', null],
  formats: [...LISTS, [], [5]],
  metrics: [...LISTS, []],
}
const ENDS = { grace: TIMES, proxyIdle: TIMES }
const LISTEN = { port: ['80', Number.NaN, -1, 65_536], host: [5, '', null] }
const LEVEL = { above: TIMES, below: TIMES }

/** Everything that takes options and is no check: how it is called, and wrong values of options. */
const FACTORIES: readonly (readonly [
  string,
  (options: never) => unknown,
  Readonly<Record<string, readonly unknown[]>>,
])[] = [
  [
    'createHealth',
    createHealth,
    {
      mode: ['later', 5],
      service: [{}, { name: '' }, { name: 'orders', version: 5 }, { name: 'orders', verson: '1' }],
      drainWait: TIMES,
      checks: [5, null, 'db'],
      maintenance: [{}, 'sunday', [{ whn: true }], [null]],
      logger: [5, {}],
      clock: [5, {}],
      random: [5],
    },
  ],
  ['defineCheck', defineCheck, { kind: [5, ''], run: [5], scope: ['remote'], defaults: [5], close: [5] }],
  [
    'register',
    (options) => health.register('late', { check: () => ({ status: 'healthy' }), ...(options as object) }),
    {
      every: TIMES,
      timeout: [...TIMES, 0],
      initialDelay: TIMES,
      jitter: ['0.1', Number.NaN, -1, 2],
      failureThreshold: [...COUNTS, 0],
      successThreshold: [...COUNTS, 101],
      staleAfter: TIMES,
      impact: ['kills', 5],
      probes: ['ready', [5], 5, ['live']],
      tags: ['a', [5], null],
      runbook: [5, null],
      when: [5, 'always', {}],
    },
  ],
  ['startup', (options) => health.startup('migrate', () => undefined, options), { attempts: COUNTS, backoff: TIMES }],
  [
    'maintenance',
    (options) => health.maintenance(options),
    { check: ['dv', 5], message: [5, null], for: TIMES, until: ['2030-01-01', 5, new Date(Number.NaN), null] },
  ],
  [
    'announce',
    (options) => health.announce(options),
    { deploy: [5], version: [5, null], draining: ['yes', 1], expectedInstances: COUNTS },
  ],
  ['createTraffic', createTraffic, { window: TIMES, maxRoutes: COUNTS, clock: [5, {}] }],
  ['handler', (options) => createHandler(health, options), MOUNT],
  ['express', (options) => healthRouter(health, options), MOUNT],
  ['koa', (options) => koaMiddleware(health, options), MOUNT],
  ['hono', (options) => honoMiddleware(health, options), MOUNT],
  ['next', (options) => healthRoute(health, options), MOUNT],
  ['node', (options) => healthHandler(health, options), MOUNT],
  ['serve', (options) => serve(health, options), { ...MOUNT, ...LISTEN }],
  ['nest', (options) => healthModule(health, options), { ...MOUNT, ...ENDS }],
  ['grpc', (options) => serveGrpc(health, options), { ...ACCESS, ...LISTEN, tls: [5, 'tls'] }],
  ['grpc-js', (options) => addHealthService({ addService: () => undefined }, health, options), ACCESS],
  ['shutDown', (options) => shutDown(health, [], options), ENDS],
  ['shutDownOnSignal', (options) => shutDownOnSignal(health, [], options), { ...ENDS, signals: LISTS, last: [5] }],
  ['trafficMiddleware', (options) => trafficMiddleware(traffic, options), { route: [5, 'GET /'] }],
  [
    'allow',
    allow,
    {
      verify: [5],
      addresses: LISTS,
      certificates: LISTS,
      trustProxy: LISTS,
      triesPerMinute: [...COUNTS, 0],
      logger: [5, {}],
    },
  ],
  ['statsd', (options) => createStatsdExporter(health, options), { ...PUSH, port: COUNTS, host: [5, ''], prefix: [5] }],
  ['graphite', (options) => createGraphiteExporter(health, options), { ...PUSH, port: COUNTS, prefix: ['a b'] }],
  [
    'dogstatsd',
    (options) => createDogstatsdExporter(health, options),
    { ...PUSH, port: COUNTS, host: [5], socketPath: [5, 'dsd.sock'], tags: ['env:prod', { env: 5 }, null] },
  ],
  [
    'datadog',
    (options) => createDatadogExporter(health, options),
    { ...PUSH, apiKey: [5, null], site: [5], series: ['v3'], host: [5], tags: [{ env: 5 }], endpoint: [5, 'x'] },
  ],
  [
    'new-relic',
    (options) => createNewRelicExporter(health, options),
    { ...PUSH, licenseKey: [5], accountId: COUNTS, region: [5], attributes: [{ a: 5 }], endpoint: [5] },
  ],
  [
    'opentelemetry',
    (options) => createOpenTelemetryExporter(health, options),
    { meter: [5, {}], logger: [5, {}], tracer: [5, {}] },
  ],
  ['prometheus', metricsFormats, { traffic: [5, {}] }],
  ['systemd', (options) => notifySystemd(health, options), { env: [5], logger: [5, {}] }],
  [
    'checkConformance',
    checkConformance,
    { name: [5, ''], healthy: [5], broken: [5], silent: [5], secrets: LISTS, timeout: TIMES },
  ],
  ['adapterConformance', adapterConformance, { name: [5], start: [5], lacks: [...LISTS, ['http']] }],
  ['trafficConformance', trafficConformance, { name: [5], start: [5], streams: ['middle'] }],
  ['openFaultProxy', openFaultProxy, { target: [5, {}, { port: '80' }], tls: [5], clock: [5], random: [5] }],
  ['createFakeClock', createFakeClock, { wall: ['now', Number.NaN, null] }],
  ['load', load, LEVEL],
  ['cpu', cpu, LEVEL],
  ['memory', memory, LEVEL],
  ['window', window, { cron: [5, 'nightly'], for: TIMES, timeZone: [5, 'Mars/Base'] }],
]

/** What is refused. Whoever takes wrong options fails the test by its time: nothing is refused. */
async function problemsOf(make: (options: never) => unknown, options: unknown): Promise<readonly Problem[]> {
  try {
    await make(options as never)
  } catch (error) {
    if (!(error instanceof HealthSetupError)) throw error
    return error.problems
  }
  return []
}

describe.each(FACTORIES)('the options of %s', (_, make, wrong) => {
  const names = Object.keys(wrong)

  it('are refused by a name that there is not, all at once, with the name that was meant', async () => {
    const problems = await problemsOf(make, Object.fromEntries(names.map((name) => [`${name}x`, 1])))
    const said = problems.map(({ field, message }) => `${field}: ${message}`)
    const expected = names.map((name) =>
      expect.stringContaining(`${name}x: there is no such option; did you mean "${name}"?`),
    )
    expect(said).toEqual(expect.arrayContaining(expected))
  })

  it.each(names.flatMap((name) => (wrong[name] ?? []).map((value) => [name, value] as const)))(
    'are refused by a value that is none: %s %o',
    async (name, value) => {
      const fields = (await problemsOf(make, { [name]: value })).map(({ field }) => field)
      expect(fields).toContainEqual(expect.stringMatching(new RegExp(`\\b${name}\\b`)))
    },
  )

  it('are no text', async () => {
    expect(await problemsOf(make, 'fast')).not.toEqual([])
  })
})

it('keys and certificates are refused by a name that there is not: a misspelt scope would open less or more', () => {
  const keys = [{ key: 'k', scop: 'admin' }] as never
  expect(() => createHandler(health, { keys })).toThrow('keys[0]: scop: there is no such option; did you mean "scope"?')
  const certificates = [{ fingerprnt: 'ab' }, null] as never
  expect(() => allow({ certificates })).toThrow(
    /certificates\[0\]: fingerprnt: .*did you mean "fingerprint"[^]*\[1\]: give it/,
  )
})
