import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { createHealth, createTraffic } from '../../packages/hale/src/index.ts'
import { metricsText } from '../../packages/hale/src/exporters/prometheus.ts'
import { createFakeClock, scriptedCheck } from '../../packages/hale/src/testing/index.ts'
import { metricRows, tableBelow } from '../harness/metric-rows.ts'

it('docs/prometheus.md shows every metric of an app, as it is', async () => {
  const clock = createFakeClock()
  const traffic = createTraffic({ clock })
  traffic.record('GET /', 200, 1)
  const db = { check: scriptedCheck(['healthy']), every: '10s', runbook: 'https://wiki.example/db' } as const
  const checks = { db, disk: scriptedCheck(['healthy']) }
  const health = createHealth({ clock, checks, service: { name: 'orders' } })
  // Long enough for what is usual to be known.
  await clock.advance('30m')
  health.maintenance({ for: '1h' })
  health.maintenance({ check: 'disk', for: '1h' })
  const page = readFileSync(new URL('../../docs/prometheus.md', import.meta.url), 'utf8')
  expect(tableBelow(page, 'Metrics of an app')).toEqual(metricRows(metricsText(health, { traffic })))
  await health.close()
})
