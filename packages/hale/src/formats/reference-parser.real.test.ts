import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../../../test/harness/property-seed.ts'
import { readMetrics, type ReadFamily } from '../../../../test/harness/read-metrics.ts'
import { anyReport } from '../../test/any-report.ts'
import { createHealth } from '../core/create-health.ts'
import { createTraffic } from '../core/traffic.ts'
import { metricsFormats } from '../exporters/prometheus.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { writeMetrics, type MetricFamily } from './exposition.ts'
import { reportMetrics } from './report-metrics.ts'

/** What must come back of a family, written down apart from how it is written. */
function samplesOf({ name, points, type }: MetricFamily): ReadFamily['samples'] {
  const title = name + (type === 'counter' ? '_total' : type === 'info' ? '_info' : '')
  return points.flatMap(({ labels = {}, value }): ReadFamily['samples'] => {
    if (typeof value === 'number') return [[title, labels, value]]
    if ('bounds' in value) throw new Error('no report has a histogram')
    return [
      ...value.quantiles.map(([quantile, each]) => [title, { ...labels, quantile: String(quantile) }, each] as const),
      [`${title}_sum`, labels, value.sum],
      [`${title}_count`, labels, value.count],
    ]
  })
}

/** An app of which every metric has something to tell, by names that need escaping. */
async function everyMetric(): Promise<readonly { exposition: 'text' | 'openmetrics'; text: string }[]> {
  const clock = createFakeClock()
  const traffic = createTraffic({ clock })
  for (const route of ['GET /', String.raw`GET /a\b"c"`, 'GET /überß/日本/😀', 'GET /line\nbreak']) {
    traffic.record(route, 200, 1)
    traffic.record(route, 503, 70_000)
  }
  const db = {
    check: scriptedCheck(['healthy', 'unhealthy']),
    every: '10s',
    runbook: 'https://wiki.example/"db"',
  } as const
  const health = createHealth({
    clock,
    checks: { db, disk: scriptedCheck(['degraded']) },
    service: { name: 'Bestellungen "EU" \\ 日本', version: '1\n2' },
  })
  await clock.advance('30m')
  health.maintenance({ for: '1h' })
  health.maintenance({ check: 'disk', for: '1h' })
  const report = health.view('all').report({ detail: true })
  await health.close()
  return metricsFormats({ traffic }).map((format) => ({
    exposition: format.name === 'prometheus' ? 'text' : 'openmetrics',
    text: format.write(report, { detail: true }),
  }))
}

describe('the parsers of prometheus_client, the strictest there are', () => {
  it('read any report as it was meant, in both formats', () => {
    const reports = fc.sample(anyReport, 40)
    const families = reports.map((report) => reportMetrics(report, true).filter(({ points }) => points.length > 0))
    const expositions = ['openmetrics', 'text'] as const
    const read = readMetrics(
      families.flatMap((each) =>
        expositions.map((exposition) => [exposition, writeMetrics(each, exposition)] as const),
      ),
    )
    families.forEach((meant, place) => {
      const [open, text] = read.slice(2 * place)
      expect(open?.map(({ name, type }) => [name, type])).toEqual(meant.map(({ name, type }) => [name, type]))
      for (const found of [open, text]) {
        expect(found?.flatMap(({ samples }) => samples)).toEqual(meant.flatMap(samplesOf))
        expect(found?.map(({ help }) => help)).toEqual(meant.map(({ help }) => help))
      }
    })
  })

  it('read every metric of an app, its units and its labels in any script', async () => {
    const written = await everyMetric()
    const [text, open] = readMetrics(written.map((each) => [each.exposition, each.text] as const))
    expect(written.map(({ exposition }) => exposition)).toEqual(['text', 'openmetrics'])
    // What one says the other says; the names of families differ by `_total` and `_info` alone.
    expect(text?.flatMap(({ samples }) => samples)).toEqual(open?.flatMap(({ samples }) => samples))
    expect(open?.length).toBeGreaterThanOrEqual(16)
    for (const { name, unit } of open ?? []) expect(unit).toBe(/_(seconds|bytes)$/.exec(name)?.[1] ?? '')
    const labels = open?.flatMap(({ samples }) => samples.map(([, each]) => each)) ?? []
    expect(labels).toContainEqual({ name: 'Bestellungen "EU" \\ 日本', version: '1\n2' })
    expect(new Set(labels.flatMap(({ route }) => (route === undefined ? [] : [route])))).toEqual(
      new Set(['GET /', String.raw`GET /a\b"c"`, 'GET /überß/日本/😀', 'GET /line\nbreak']),
    )
    const buckets = open?.flatMap(({ samples }) => samples.filter(([name]) => name.endsWith('_bucket'))) ?? []
    expect(buckets.at(-1)).toEqual([expect.any(String), expect.objectContaining({ le: '+Inf' }), 2])
  })

  it('refuse what is wrong, which shows that they look', async () => {
    const [, open] = await everyMetric()
    const text = open?.text ?? ''
    for (const [from, to] of [
      ['# EOF\n', ''],
      ['# UNIT hale_check_age_seconds seconds', '# UNIT hale_check_age_seconds bytes'],
      ['le="+Inf"', 'le="70"'],
      ['# TYPE hale_check_transitions counter', '# TYPE hale_check_transitions_total counter'],
    ] as const) {
      expect(text).toContain(from)
      expect(() => readMetrics([['openmetrics', text.replaceAll(from, to)]])).toThrow(/prometheus_client refuses it/)
    }
  })

  it('and promtool has nothing to complain of either', async () => {
    const [classic] = await everyMetric()
    const { error, stderr, stdout } = spawnSync('promtool', ['check', 'metrics'], {
      input: classic?.text,
      encoding: 'utf8',
    })
    expect([error, `${stdout}${stderr}`]).toEqual([undefined, ''])
  })
})
