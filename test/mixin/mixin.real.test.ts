import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aTarget } from '../../packages/monitor/test/builders.ts'
import { serve, type Serving } from '../../packages/monitor/test/serve.ts'
import { startAlertmanager } from '../harness/alertmanager.ts'
import { queryPrometheus, startPrometheus } from '../harness/prometheus.ts'
import type { RealServer } from '../harness/server.ts'
import { ALERT_CASES, toPromtoolTests } from './alert-cases.ts'
import { dashboards, filledIn, inhibitRules, RULE_FILES, shippedAlerts, shortened } from './mixin-files.ts'
import { startDelivery } from './delivery.ts'
import { startOnCall, type OnCall, type Told } from './on-call.ts'
import { drawDashboard } from './picture.ts'
import { startSickMonitor, type SickMonitor } from './sick-monitor.ts'
import { KEY, runbookOf, startApp, startOldApp, type App, type AppOptions, type OldApp } from './world.ts'

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

const ALL = shippedAlerts()
  .map(({ alert }) => alert)
  .toSorted()

describe('a real Prometheus that scrapes real apps and monitors, and tells a real Alertmanager', () => {
  const world = new AsyncDisposableStack()
  let prometheus: RealServer
  let monitor: Serving
  let idle: Serving
  let sick: SickMonitor
  let old: OldApp
  let onCall: OnCall
  let apps: Readonly<Record<'busy' | 'weak' | 'mute' | 'parked' | 'open' | 'gone' | 'fickle' | 'patient', App>>
  let probing: NodeJS.Timeout | undefined
  let ticking: NodeJS.Timeout | undefined
  let endMaintenance = (): void => undefined

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

  /** Has the idle monitor's target probed again and again. */
  const tick = (): void => {
    clearInterval(ticking)
    ticking = setInterval(() => void idle.probe({ search: {} }), 250)
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
    old = world.use(await startOldApp())
    idle = world.use(await serve([aTarget({ id: 'search', policy: { staleAfterMs: 3_600_000 } })]))
    tick()
    world.defer(() => clearInterval(ticking))
    sick = world.use(await startSickMonitor(apps.busy.address))
    onCall = world.use(await startOnCall())
    const alertmanager = world.use(await startAlertmanager({ webhook: onCall.url, configuration: inhibitRules() }))
    monitor = world.use(await serve([aTarget({ id: 'payments' }), aTarget({ id: 'orders', kind: 'tcp' })]))
    world.defer(() => clearInterval(probing))
    probe('healthy', 90)
    prometheus = world.use(
      await startPrometheus({
        interval: '500ms',
        rules: shortened(),
        alertmanager: new URL(alertmanager.url).host,
        scrapes: [
          {
            job: 'apps',
            path: '/health/metrics',
            key: KEY,
            targets: [...Object.values(apps), old].map(({ address }) => address),
          },
          { job: 'hale', path: '/metrics', targets: [new URL(monitor.url).host, new URL(idle.url).host, sick.address] },
        ],
      }),
    )
  })
  afterAll(() => world.disposeAsync())

  const firing = async (): Promise<readonly string[]> => {
    const found = await queryPrometheus(prometheus, 'group by (alertname) (ALERTS{alertstate="firing"})')
    return found.map(({ metric }) => metric['alertname'] ?? '').toSorted()
  }
  const patience = { timeout: 60_000, interval: 250 }

  it('fires nothing while all is well', async () => {
    const records = 'count(job_route:hale_http_request_duration_seconds:p95_rate5m > 0)'
    await expect.poll(() => queryPrometheus(prometheus, records), { timeout: 30_000 }).not.toEqual([])
    await expect.poll(firing, patience).toEqual([])
    const reached = async (): Promise<string | undefined> =>
      (await queryPrometheus(prometheus, 'count(up == 1)'))[0]?.value?.[1]
    await expect.poll(reached, { timeout: 30_000 }).toBe('12')
    onCall.forget()
  }, 120_000)

  it('E11: promtool has nothing against the metrics of an app, requests among them', async () => {
    const headers = { authorization: `Bearer ${KEY}` }
    const input = await (await fetch(`http://${apps.busy.address}/health/metrics`, { headers })).text()
    expect(input).toContain('hale_http_request_duration_seconds_count{route="POST /orders"}')
    const { status, stderr, stdout } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' })
    expect([status, stdout + stderr]).toEqual([0, ''])
  })

  it('fires every alert that is shipped once something is wrong, and tells who is on call', async () => {
    const seen = new Set<string>()
    const seenFiring = async (): Promise<readonly string[]> => {
      for (const name of await firing()) seen.add(name)
      return [...seen].toSorted()
    }
    clearInterval(ticking)
    sick.refuse(true)
    await old.live(200)
    apps.busy.mood = 'unhealthy'
    apps.busy.failing = true
    apps.weak.mood = 'unhealthy'
    apps.mute.mood = 'unknown'
    endMaintenance()
    endMaintenance = apps.parked.health.maintenance({ for: '1h' })
    apps.open.keyed = false
    apps.fickle.mood = 'flapping'
    apps.patient.mood = 'flapping'
    await apps.gone.reach(false)
    probe('unhealthy', 1)
    await expect.poll(seenFiring, patience).toContain('HaleMonitorDropsResults')
    sick.refuse(false)
    await sick.fillDisk(true)
    await expect.poll(seenFiring, patience).toEqual(ALL)
    await expect.poll(() => onCall.names(), patience).toEqual(ALL)
    for (const dashboard of dashboards()) await drawDashboard(prometheus, dashboard)
  }, 150_000)

  it('tells who is on call what it is, what to do first, and the runbook of the check', () => {
    const told = onCall.last()
    for (const { annotations } of told) {
      expect(annotations).toMatchObject({
        summary: expect.stringMatching(/\.$/),
        description: expect.stringMatching(/\.$/),
      })
      expect(JSON.stringify(annotations)).not.toMatch(/<no value>|<error|\{\{|%!|\(\s*,|undefined/)
    }
    const { address } = apps.busy
    expect(told).toContainEqual(
      expect.objectContaining({
        labels: expect.objectContaining({ alertname: 'HaleCheckUnhealthy', check: 'database', severity: 'warning' }),
        annotations: {
          runbook_url: runbookOf('database'),
          summary: `database of ${address} is unhealthy.`,
          description: expect.stringContaining(
            `(custom, fails) has failed for five minutes. First: ${address}/health/checks/database`,
          ),
        },
      }),
    )
  })

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
    endMaintenance()
    await apps.gone.reach(true)
    tick()
    await sick.fillDisk(false)
    await old.live(20)
    probe('healthy', 90)
    const delivery = world.use(await startDelivery(monitor))
    const firingStill = (): Promise<readonly string[]> => {
      delivery.wake()
      return firing()
    }
    await expect.poll(firingStill, patience).toEqual([])
    const unresolved = (): readonly Told[] => onCall.last().filter(({ status }) => status === 'firing')
    await expect.poll(unresolved, patience).toEqual([])
    expect(new Set(onCall.last().map(({ labels }) => labels['alertname'])).size).toBe(ALL.length)
  }, 150_000)
})
