import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { metricRows, tableBelow } from '../../../../../test/harness/metric-rows.ts'
import { readMetrics } from '../../../../../test/harness/read-metrics.ts'
import { aTarget } from '../../../test/builders.ts'
import { serve, type Serving } from '../../../test/serve.ts'

describe('/metrics', () => {
  let serving: Serving
  beforeAll(async () => {
    serving = await serve([aTarget({ id: 'payments' }), aTarget({ id: 'orders', kind: 'tcp' })])
    const certificate = { subject: 'a', issuer: 'b', validTo: Date.now() + 86_400_000 }
    await serving.probe({
      payments: { certificate, durationMs: 20 },
      orders: { result: { status: 'unhealthy', code: 'TIMEOUT' } },
    })
  })
  afterAll(() => serving[Symbol.asyncDispose]())

  it('E11: passes promtool, and says what is unhealthy with 200', async () => {
    const answer = await fetch(`${serving.url}/metrics`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    const text = await answer.text()
    expect(text).toContain('hale_target_status{target="orders",status="unhealthy"} 1\n')
    expect(text).toContain('hale_target_last_duration_seconds{target="payments"} 0.02\n')
    expect(text).toContain('hale_probe_duration_seconds_count{kind="tcp"} 1\n')
    expect(text).toContain('hale_outbox_pending 1\n')
    const { status, stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], {
      input: text,
      encoding: 'utf8',
    })
    if (error !== undefined) throw new Error('promtool is missing: apt-get install prometheus', { cause: error })
    expect(`${stdout}${stderr}`).toBe('')
    expect(status).toBe(0)
  })

  it('answers OpenMetrics to who asks for it', async () => {
    const answer = await fetch(`${serving.url}/metrics`, {
      headers: { accept: 'application/openmetrics-text; version=1.0.0' },
    })
    expect(answer.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8')
    const text = await answer.text()
    expect(text.endsWith('# EOF\n')).toBe(true)
    // The reference parser, which refuses what promtool does not look at.
    const [families = []] = readMetrics([['openmetrics', text]])
    const status = families.find(({ name }) => name === 'hale_target_status')
    expect(status?.samples).toContainEqual(['hale_target_status', { target: 'orders', status: 'unhealthy' }, 1])
    for (const { name, unit } of families) expect(unit).toBe(/_(seconds|bytes|ratio)$/.exec(name)?.[1] ?? '')
  })

  it('stands in docs/prometheus.md, as it is', async () => {
    const text = await (await fetch(`${serving.url}/metrics`)).text()
    const page = readFileSync(new URL('../../../../../docs/prometheus.md', import.meta.url), 'utf8')
    expect(tableBelow(page, 'Metrics of the monitor')).toEqual(metricRows(text))
  })
})
