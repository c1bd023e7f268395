import { describe, expect, it } from 'vitest'
import { serveHealth } from '../../test/serve-health.ts'
import { healthy } from '../core/result.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'

// What Prometheus 2 and 3 send.
const PROMETHEUS =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,' +
  'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2'
const key = { 'x-api-key': 'open-sesame' }

describe('metrics', () => {
  it('E11: are 200 whatever the health, in the format that a scraper asks for', async () => {
    const { ask, clock } = serveHealth({ checks: { db: { check: scriptedCheck(['unhealthy']), impact: 'fails' } } })
    await clock.advance('1s')
    expect((await ask('/health')).status).toBe(503)
    const plain = await ask('/health/metrics')
    expect(plain).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
    })
    expect(plain.body).toContain('# TYPE hale_check_transitions_total counter\n')
    for (const path of ['/health/metrics', '/health']) {
      const open = await ask(path, { ...key, accept: PROMETHEUS })
      expect(open).toMatchObject({
        status: 200,
        headers: { 'content-type': 'application/openmetrics-text; version=1.0.0; charset=utf-8' },
      })
      expect(open.body).toContain('hale_check_status{check="db",status="unhealthy"} 1\n')
      expect(open.body).toContain('# TYPE hale_check_transitions counter\n')
      expect(open.body.endsWith('# EOF\n')).toBe(true)
    }
  })

  it('E11: asking for them runs no check and waits for none', async () => {
    const check = scriptedCheck(['hang'])
    const { ask } = serveHealth({ mode: 'on-request', checks: { check } })
    const { body } = await ask('/health/metrics')
    expect(check.runs).toBe(0)
    expect(body).toContain('hale_check_status{check="check",status="unknown"} 1\n')
  })

  it('E11: labels are the names of registered checks, never what a check answers', async () => {
    let n = 0
    const answer = () => ({
      ...healthy(`answer ${++n}`),
      code: `CODE_${n}`,
      checks: { [`part-${n}`]: { status: 'healthy' as const } },
    })
    const { ask, clock } = serveHealth({ checks: { child: { check: answer, every: '1s' } } })
    const series = async (): Promise<string[]> =>
      (await ask('/health/metrics')).body.split('\n').map((line) => line.replace(/ [^ ]*$/, ''))
    await clock.advance('2s')
    const early = await series()
    await clock.advance('60s')
    expect(n).toBeGreaterThan(50)
    expect(await series()).toEqual(early)
    expect(early.join('\n')).not.toMatch(/part-|CODE_|answer/)
  })

  it('count transitions and failures, and say how long and how old', async () => {
    const check = scriptedCheck(['healthy', 'unhealthy', 'unhealthy', 'healthy', 'unhealthy'])
    const { ask, clock } = serveHealth({ checks: { db: { check, every: '10s', jitter: 0 } } })
    await clock.advance('44s')
    const { body } = await ask('/health/metrics')
    const value = (name: string): number => Number(new RegExp(`^${name}\\{check="db"\\} (.*)$`, 'm').exec(body)?.[1])
    expect(value('hale_check_transitions_total')).toBe(4)
    expect(value('hale_check_consecutive_failures')).toBe(1)
    expect(value('hale_check_age_seconds')).toBe(4)
    expect(value('hale_check_last_duration_seconds')).toBe(0)
    expect(value('hale_check_status_since_timestamp_seconds')).toBe(clock.wall() / 1_000 - 4)
  })

  it('E10: without the key there is the status of the whole and nothing else', async () => {
    const { ask } = serveHealth({ service: { name: 'orders' }, checks: { db: () => healthy() } })
    const { body } = await ask('/health/metrics', {})
    const names = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    expect(names.every((line) => /^hale_status\{status="[a-z]+"\} [01]$/.test(line))).toBe(true)
    expect(names).toHaveLength(6)
  })
})
