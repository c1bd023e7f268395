import { describe, expect, it } from 'vitest'
import { createHealth } from '../core/create-health.ts'
import { createTraffic } from '../core/traffic.ts'
import { createHandler, type HandlerRequest } from '../http/handler.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { metricsFormats, metricsText } from './prometheus.ts'

function setUp() {
  const clock = createFakeClock()
  const traffic = createTraffic({ clock, maxRoutes: 2 })
  const check = scriptedCheck(['healthy', 'unhealthy', 'unhealthy', 'healthy'])
  const health = createHealth({
    clock,
    logger: { error: () => undefined },
    checks: { db: { check, every: '10s', jitter: 0, failureThreshold: 3 } },
  })
  const handler = createHandler(health, { keys: ['open'], metrics: metricsFormats({ traffic }) })
  const ask = async (headers: Readonly<Record<string, string>>): Promise<string> => {
    const request: HandlerRequest = { method: 'GET', path: '/health/metrics', header: (name) => headers[name] }
    return (await handler.answer(request))?.body ?? ''
  }
  return { ask, check, clock, health, traffic }
}

describe('metricsFormats', () => {
  it('E11: tells requests by route, in as many series as there may be routes', async () => {
    const { ask, traffic } = setUp()
    for (let i = 0; i < 500; i++) traffic.record(`GET /${i}`, i < 10 ? 503 : 200, 30)
    const text = await ask({ 'x-api-key': 'open' })
    expect(text).toContain('hale_http_request_duration_seconds_bucket{route="GET /0",le="0.025"} 0\n')
    expect(text).toContain('hale_http_request_duration_seconds_bucket{route="GET /0",le="0.05"} 1\n')
    expect(text).toContain('hale_http_request_duration_seconds_sum{route="other"} 14.94\n')
    expect(text).toContain('hale_http_request_duration_seconds_count{route="other"} 498\n')
    expect(text).toContain('hale_http_request_errors_total{route="other"} 8\n')
    expect(text.match(/hale_http_request_errors_total\{/g)).toHaveLength(3)
  })

  it('E10: routes are told to those with the key alone', async () => {
    const { ask, traffic } = setUp()
    traffic.record('GET /hidden', 200, 1)
    expect(await ask({})).not.toContain('GET /hidden')
    const open = await ask({ 'x-api-key': 'open', accept: 'application/openmetrics-text' })
    expect(open).toContain('hale_http_request_errors_total{route="GET /hidden"} 0\n')
    expect(open.endsWith('# EOF\n')).toBe(true)
  })
})

describe('metricsText', () => {
  it('counts runs and failures, believed or not, and asks no check (E11)', async () => {
    const { check, clock, health } = setUp()
    await clock.advance('44s')
    const { runs } = check
    const text = metricsText(health)
    expect(text).toContain('hale_check_duration_seconds_count{check="db"} 5\n')
    expect(text).toContain('hale_check_failures_total{check="db"} 2\n')
    expect(text).toContain('hale_check_transitions_total{check="db"} 1\n')
    expect(text).toContain('hale_check_duration_seconds{check="db",quantile="0.95"} 0\n')
    expect(text).not.toContain('hale_http_')
    expect(check.runs).toBe(runs)
  })

  it('counts a run that hangs as its timeout, however long it hangs', async () => {
    const clock = createFakeClock()
    const logger = { error: () => undefined }
    const checks = { db: { check: scriptedCheck(['hang']), every: '10s', timeout: '2s', jitter: 0 } } as const
    const health = createHealth({ clock, logger, checks })
    await clock.advance('95s')
    const text = metricsText(health)
    const runs = Number(/hale_check_duration_seconds_count\{check="db"\} (\d+)/.exec(text)?.[1])
    expect(runs).toBeGreaterThan(5)
    expect(text).toContain(`hale_check_duration_seconds_sum{check="db"} ${runs * 2}\n`)
  })

  it('tells when maintenance ends, and that the process drains', async () => {
    const { clock, health } = setUp()
    health.maintenance({ for: '30m' })
    health.maintenance({ check: 'db', for: '1h' })
    const end = (ms: number): number => (clock.wall() + ms) / 1_000
    const text = metricsText(health)
    expect(text).toContain('hale_status{status="maintenance"} 1\n')
    expect(text).toContain(`hale_maintenance_end_timestamp_seconds ${end(1_800_000)}\n`)
    expect(text).toContain(`hale_check_maintenance_end_timestamp_seconds{check="db"} ${end(3_600_000)}\n`)
    expect(text).toContain('hale_draining 0\n')
    void health.drain()
    expect(metricsText(health)).toContain('hale_draining 1\n')
  })
})
