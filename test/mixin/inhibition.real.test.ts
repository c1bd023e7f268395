import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startAlertmanager } from '../harness/alertmanager.ts'
import { inhibitRules, shippedAlerts } from './mixin-files.ts'

/** What is muted while an alert of the same instance, and where both have one of the same check, fires. */
const MUTES: Readonly<Record<string, readonly string[]>> = {
  HaleMetricsMissing: [
    'HaleServiceUnhealthy',
    'HaleServiceDegraded',
    'HaleServiceUnknown',
    'HaleServiceInMaintenance',
    'HaleCheckUnhealthy',
    'HaleCheckUnknown',
    'HaleCheckFlapping',
    'HaleCheckFailuresHidden',
    'HaleCheckSlowerThanUsual',
    'HaleScrapedWithoutKey',
    'HaleTargetUnhealthy',
    'HaleTargetUnknown',
    'HaleMonitorStorageDown',
    'HaleMonitorStopped',
    'HaleMonitorDropsResults',
    'HaleNotificationsStuck',
  ],
  HaleCheckUnhealthy: ['HaleCheckFlapping', 'HaleCheckFailuresHidden', 'HaleCheckSlowerThanUsual'],
  HaleCheckUnknown: ['HaleCheckFlapping', 'HaleCheckFailuresHidden', 'HaleCheckSlowerThanUsual'],
  HaleMonitorStorageDown: ['HaleTargetUnknown', 'HaleMonitorStopped', 'HaleNotificationsStuck'],
  HaleMonitorStopped: ['HaleTargetUnknown'],
}

interface Alert {
  readonly labels: Readonly<Record<string, string>>
  readonly status: { readonly inhibitedBy: readonly string[] }
}

it('a real Alertmanager takes the shipped rules, and mutes what follows from another alert, and nothing else', async () => {
  await using alertmanager = await startAlertmanager({
    webhook: 'http://127.0.0.1:9/',
    configuration: inhibitRules(),
  })
  const check = spawnSync('amtool', ['check-config', join(alertmanager.folder, 'alertmanager.yml')], {
    encoding: 'utf8',
  })
  expect([check.status, check.stdout]).toEqual([0, expect.stringContaining(' - 4 inhibit rules')])

  // Each cause has an instance of its own, on which everything fires; on one more, all but the causes do.
  const names = shippedAlerts().map(({ alert }) => alert)
  const causes = Object.keys(MUTES)
  const alerts = [...causes, 'none'].flatMap((instance) =>
    names
      .filter((alertname) => alertname === instance || !causes.includes(alertname))
      .concat(MUTES[instance] ?? [])
      .map((alertname) => {
        const check = alertname.startsWith('HaleCheck') ? { check: 'db' } : {}
        return { labels: { alertname, job: 'apps', instance, ...check } }
      }),
  )
  // The same check of another name: not what the cause is of.
  alerts.push({
    labels: { alertname: 'HaleCheckFlapping', job: 'apps', instance: 'HaleCheckUnhealthy', check: 'disk' },
  })
  const headers = { 'content-type': 'application/json' }
  const url = `${alertmanager.url}/api/v2/alerts`
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(alerts) })
  expect(answer.status).toBe(200)

  const muted = async (): Promise<Record<string, readonly string[]>> => {
    const all = (await (await fetch(url)).json()) as readonly Alert[]
    const found = all.filter(({ status }) => status.inhibitedBy.length > 0).map(({ labels }) => labels)
    return Object.fromEntries(
      causes.map((cause) => [
        cause,
        names.filter((name) =>
          found.some(({ alertname, check, instance }) => alertname === name && instance === cause && check !== 'disk'),
        ),
      ]),
    )
  }
  await expect.poll(muted, { timeout: 20_000 }).toEqual(MUTES)
  const others = ((await (await fetch(url)).json()) as readonly Alert[]).filter(
    ({ labels, status }) =>
      status.inhibitedBy.length > 0 && (labels['instance'] === 'none' || labels['check'] === 'disk'),
  )
  expect(others).toEqual([])
})
