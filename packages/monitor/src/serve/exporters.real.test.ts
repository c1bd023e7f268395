import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startHale } from '../../../../test/harness/hale-command.ts'
import { openIntake } from '../../../../test/harness/intake.ts'
import { startStatsd, type Statsd } from '../../../../test/harness/statsd.ts'
import { startVictoriaMetrics, type VictoriaMetrics } from '../../../../test/harness/victoria-metrics.ts'
import { isInstalled } from './installed.ts'
import { openServe } from './open-serve.ts'

const KEY = '0123456789abcdef0123456789abcdef'
let folder: string
let statsd: Statsd
let victoria: VictoriaMetrics

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hale-exporters-'))
  ;[statsd, victoria] = await Promise.all([startStatsd(), startVictoriaMetrics()])
})
afterAll(async () => {
  await Promise.all([statsd.stop(), victoria.stop()])
  await rm(folder, { recursive: true })
})

it('hale serve tells StatsD, Graphite and Datadog what its file names, and what is left at the end', async () => {
  await writeFile(
    join(folder, 'hale.yaml'),
    `serve: { listen: 127.0.0.1:0, drainWait: 0s }
checks:
  disk: { type: disk, degraded: 0%, unhealthy: 0% }
  gone: { type: tcp, host: 127.0.0.1, port: 1, timeout: 10s }
exporters:
  statsd:
    port: \${STATSD_PORT}
    prefix: shop
    every: 1s
  old:
    type: graphite
    port: \${GRAPHITE_PORT}
    prefix: old
  datadog: { apiKey: '\${DD_API_KEY}', endpoint: '\${DATADOG}', series: v1, tags: { env: test } }
`,
  )
  const env = {
    STATSD_PORT: String(statsd.port),
    GRAPHITE_PORT: String(victoria.graphitePort),
    DATADOG: `${victoria.url}/datadog/`,
    DD_API_KEY: KEY,
  }
  await using hale = startHale(['serve'], { cwd: folder, env })
  await hale.seen(/Tells statsd, old, datadog\n/u)
  await hale.seen(/✖ unhealthy +gone /u)
  await expect
    .poll(() => statsd.ask('gauges'), { timeout: 20_000 })
    .toMatchObject({ 'shop.hale.check.gone.severity': 3, 'shop.hale.check.disk.severity': 0 })

  // The others are told how things stand at the end at the latest.
  hale.signal('SIGTERM')
  expect(await hale.ended).toBe(0)
  const severities = async (): Promise<unknown> =>
    (await victoria.samples('{__name__=~".*hale.check.*severity"}')).map(({ metric, values }) => [
      metric['__name__'],
      metric['check'],
      metric['env'],
      values.at(-1),
    ])
  await expect.poll(severities, { timeout: 20_000 }).toEqual(
    expect.arrayContaining([
      ['old.hale.check.gone.severity', undefined, undefined, 3],
      ['hale.check.severity', 'gone', 'test', 3],
      ['hale.check.severity', 'disk', 'test', 0],
    ]),
  )
  expect(hale.output()).not.toContain(KEY)
})

it('reading a file tells nobody', async () => {
  const text = `checks: { disk: { type: disk } }
exporters: { statsd: { port: ${statsd.port}, prefix: other } }
`
  const { exporters, health } = await openServe(text, { file: 'hale.yaml', env: {}, isInstalled, mode: 'on-request' })
  await health.report()
  await health.close()
  expect(exporters).toHaveLength(1)
  expect(JSON.stringify(await statsd.ask('gauges'))).not.toContain('other.')
})

it('a collector is told by the real SDK: metrics, transitions and runs, and the log of one that refuses', async () => {
  await using intake = await openIntake()
  const text = `serve: { service: shop, version: 1.4.2 }
checks: { gone: { type: tcp, host: 127.0.0.1, port: 1, timeout: 10s } }
exporters:
  opentelemetry:
    endpoint: ${intake.url}
    headers: { x-key: hunter2 }
    attributes: { deployment.environment.name: prod }
    signals: [metrics, logs, traces]
    every: 1h
`
  const { exporters, health } = await openServe(text, { file: 'hale.yaml', env: {}, isInstalled, mode: 'on-request' })
  const errors: string[] = []
  const logger = { error: (message: string) => void errors.push(message) }
  const [running] = await Promise.all(exporters.map((each) => each.start(health, logger)))
  await health.report()
  await running?.close()
  const taken = new Map(intake.taken.map((each) => [each.path, JSON.stringify(each.body)]))
  expect([...taken.keys()].toSorted()).toEqual(['/v1/logs', '/v1/metrics', '/v1/traces'])
  expect(taken.get('/v1/metrics')).toContain('"hale.check.severity"')
  expect(taken.get('/v1/logs')).toContain('CONNECTION_REFUSED')
  for (const told of taken.values()) {
    expect(told).toContain('{"key":"service.name","value":{"stringValue":"shop"}}')
    expect(told).toContain('{"key":"service.version","value":{"stringValue":"1.4.2"}}')
    expect(told).toContain('{"key":"deployment.environment.name","value":{"stringValue":"prod"}}')
    expect(told).toContain('{"key":"telemetry.sdk.language","value":{"stringValue":"nodejs"}}')
  }
  expect(taken.get('/v1/traces')).toContain('check gone')
  expect(intake.taken.every(({ headers, body }) => headers['x-key'] === 'hunter2' && body !== undefined)).toBe(true)
  expect(errors).toEqual([])

  intake.answer = () => ({ status: 403 })
  const [refused] = await Promise.all(exporters.map((each) => each.start(health, logger)))
  await refused?.close()
  expect(errors).toEqual(['opentelemetry: metrics cannot be told'])
  await health.close()
})
