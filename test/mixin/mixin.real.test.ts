import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aTarget } from '../../packages/monitor/test/builders.ts'
import { serve, type Serving } from '../../packages/monitor/test/serve.ts'
import { queryPrometheus, startPrometheus } from '../harness/prometheus.ts'
import type { RealServer } from '../harness/server.ts'
import { ALERT_CASES, toPromtoolTests } from './alert-cases.ts'
import { dashboards, filledIn, RULE_FILES, shippedAlerts, shortened } from './mixin-files.ts'
import { drawDashboard } from './picture.ts'
import { KEY, startApp, startOldApp, type App, type AppOptions } from './world.ts'

function promtool(...args: readonly string[]): string {
  const { error, status, stderr, stdout } = spawnSync('promtool', args, { encoding: 'utf8' })
  if (error !== undefined) throw new Error('promtool is missing: apt-get install prometheus', { cause: error })
  return status === 0 ? '' : stdout + stderr
}

describe('the rules as they are shipped', () => {
  it('are what promtool takes for rules', () => {
    expect(promtool('check', 'rules', '--lint=all', '--lint-fatal', ...RULE_FILES)).toBe('')
  })

  it('are quiet, fire and resolve when they are to, every alert with its shipped durations', async () => {
    expect(ALERT_CASES.map(({ alert }) => alert)).toEqual(shippedAlerts().map(({ alert }) => alert))
    const folder = await mkdtemp(join(tmpdir(), 'hale-promtool-'))
    const file = join(folder, 'tests.json')
    writeFileSync(file, toPromtoolTests(RULE_FILES))
    expect(promtool('test', 'rules', file)).toBe('')
    await rm(folder, { recursive: true })
  })
})

/** What takes a store that fails, a tick that hangs or hours of what is usual: promtool's cases have them. */
const NOT_HERE = new Set([
  'HaleCheckSlowerThanUsual',
  'HaleMonitorStorageDown',
  'HaleMonitorStopped',
  'HaleMonitorDropsResults',
])
/** The test's monitor has no channel that could deliver, so what is stuck stays so. */
const STAYS = 'HaleNotificationsStuck'

describe('a real Prometheus that scrapes real apps and a real monitor', () => {
  const world = new AsyncDisposableStack()
  let prometheus: RealServer
  let monitor: Serving
  let apps: Readonly<Record<'busy' | 'weak' | 'mute' | 'parked' | 'open' | 'gone' | 'fickle' | 'patient', App>>
  let probing: NodeJS.Timeout | undefined

  const probe = (status: 'healthy' | 'unhealthy' | 'unknown', days: number): void => {
    clearInterval(probing)
    const certificate = { subject: 'a', issuer: 'b', validTo: Date.now() + days * 86_400_000 }
    const ask = (): void => {
      const result = status === 'healthy' ? { status } : { status, code: 'TIMEOUT' as const }
      const unsure = status === 'unhealthy' ? ({ status: 'unknown', code: 'STALE' } as const) : result
      void monitor.probe({ payments: { certificate, result }, orders: { result: unsure } })
    }
    probing = setInterval(ask, 250)
  }

  beforeAll(async () => {
    const app = async (service: string, checks: AppOptions['checks'], failureThreshold = 1): Promise<App> =>
      world.use(await startApp({ service, checks, failureThreshold }))
    apps = {
      busy: await app('orders', { database: 'fails', cache: 'degrades' }),
      weak: await app('search', { index: 'degrades' }),
      mute: await app('billing', { ledger: 'fails' }),
      parked: await app('reports', { warehouse: 'degrades' }),
      open: await app('status', { cdn: 'informs' }),
      gone: await app('mail', { smtp: 'degrades' }),
      fickle: await app('geo', { tiles: 'informs' }),
      patient: await app('stock', { supplier: 'informs' }, 5),
    }
    const old = world.use(await startOldApp())
    monitor = world.use(await serve([aTarget({ id: 'payments' }), aTarget({ id: 'orders', kind: 'tcp' })]))
    world.defer(() => clearInterval(probing))
    probe('healthy', 90)
    prometheus = world.use(
      await startPrometheus({
        interval: '500ms',
        rules: shortened(),
        scrapes: [
          {
            job: 'apps',
            path: '/health/metrics',
            key: KEY,
            targets: [...Object.values(apps), old].map(({ address }) => address),
          },
          { job: 'hale', path: '/metrics', targets: [new URL(monitor.url).host] },
        ],
      }),
    )
  })
  afterAll(() => world.disposeAsync())

  const firing = async (): Promise<readonly string[]> => {
    const found = await queryPrometheus(prometheus, 'group by (alertname) (ALERTS{alertstate="firing"})')
    return found.map(({ metric }) => metric['alertname'] ?? '').toSorted()
  }
  /** Waits for exactly these alerts to fire, at most a minute. */
  const settle = async (wanted: readonly string[]): Promise<readonly string[]> => {
    let now: readonly string[] = []
    for (let tries = 0; tries < 240; tries++) {
      now = await firing()
      if (now.join() === wanted.join()) break
      await sleep(250)
    }
    return now
  }

  it('fires nothing while all is well', async () => {
    const records = 'count(job_route:hale_http_request_duration_seconds:p95_rate5m > 0)'
    await expect.poll(() => queryPrometheus(prometheus, records), { timeout: 30_000 }).not.toEqual([])
    expect(await settle([])).toEqual([])
    const reached = async (): Promise<string | undefined> =>
      (await queryPrometheus(prometheus, 'count(up == 1)'))[0]?.value?.[1]
    await expect.poll(reached, { timeout: 30_000 }).toBe('10')
  }, 120_000)

  it('E11: promtool has nothing against the metrics of an app, requests among them', async () => {
    const headers = { authorization: `Bearer ${KEY}` }
    const input = await (await fetch(`http://${apps.busy.address}/health/metrics`, { headers })).text()
    expect(input).toContain('hale_http_request_duration_seconds_count{route="POST /orders"}')
    const { status, stderr, stdout } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' })
    expect([status, stdout + stderr]).toEqual([0, ''])
  })

  it('fires what is shipped once something is wrong', async () => {
    apps.busy.mood = 'unhealthy'
    apps.busy.failing = true
    apps.weak.mood = 'unhealthy'
    apps.mute.mood = 'unknown'
    const end = apps.parked.health.maintenance({ for: '1h' })
    world.defer(end)
    apps.open.keyed = false
    apps.fickle.mood = 'flapping'
    apps.patient.mood = 'flapping'
    await apps.gone.reach(false)
    probe('unhealthy', 1)
    const wanted = shippedAlerts().flatMap(({ alert }) => (NOT_HERE.has(alert) ? [] : [alert]))
    expect(await settle(wanted.toSorted())).toEqual(wanted.toSorted())
    for (const dashboard of dashboards()) await drawDashboard(prometheus, dashboard)
    end()
  }, 150_000)

  it.each(dashboards().flatMap(({ file, panels }) => panels.map((panel) => [file, panel.title, panel] as const)))(
    'has data for %s: %s',
    async (_file, _title, { targets }) => {
      for (const { expr } of targets) {
        const window = `last_over_time((${filledIn(expr)})[10m:1s])`
        const found = await queryPrometheus(prometheus, window)
        expect({ expr, series: found.length }).not.toEqual({ expr, series: 0 })
      }
    },
  )

  it('resolves all of them once all is well', async () => {
    for (const app of Object.values(apps)) {
      app.mood = 'healthy'
      app.failing = false
      app.keyed = true
    }
    await apps.gone.reach(true)
    probe('healthy', 90)
    expect(await settle([STAYS])).toEqual([STAYS])
  }, 90_000)
})
