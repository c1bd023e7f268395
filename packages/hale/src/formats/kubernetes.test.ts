import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyReport } from '../../test/any-report.ts'
import { serveHealth } from '../../test/serve-health.ts'
import { healthy, unhealthy } from '../core/result.ts'
import { kubernetesFormat } from './kubernetes.ts'

const good = { ping: () => healthy(), db: () => healthy() }
const bad = {
  ping: () => healthy(),
  db: { check: () => unhealthy('CONNECTION_REFUSED', 'nothing\nlistens'), impact: 'fails' },
} as const
const serve = (checks: typeof good | typeof bad) => serveHealth({ checks }, { formats: [kubernetesFormat] })

describe('Kubernetes’ text', () => {
  it('is ok, and with ?verbose a line a check', async () => {
    const { ask } = serve(good)
    expect(await ask('/health/ready')).toMatchObject({
      status: 200,
      body: 'ok',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    })
    expect((await ask('/health/ready?verbose')).body).toBe('[+]ping ok\n[+]db ok\nreadyz check passed\n')
    expect((await ask('/health?verbose=1')).body).toContain('healthz check passed\n')
    expect((await ask('/health/checks/db?verbose')).body).toBe('[+]db ok\ndb check passed\n')
  })

  it('says what failed without being asked to, each on one line', async () => {
    const { ask } = serve(bad)
    expect(await ask('/health/ready')).toMatchObject({
      status: 503,
      body: '[+]ping ok\n[-]db failed: CONNECTION_REFUSED: nothing listens\nreadyz check failed\n',
    })
  })

  it('leaves out what is excluded, of the lines and of the code, and says what it could not', async () => {
    const { ask } = serve(bad)
    expect(await ask('/health/ready?exclude=db')).toMatchObject({ status: 200, body: 'ok' })
    expect(await ask('/health/ready?verbose&exclude=db&exclude=etcd')).toMatchObject({
      status: 200,
      body:
        '[+]ping ok\n[+]db excluded: ok\n' +
        'warn: some health checks cannot be excluded: no matches for "etcd"\nreadyz check passed\n',
    })
    expect(await ask('/health/ready?exclude=ping')).toMatchObject({ status: 503 })
  })

  it('does not exclude a drain with the checks', async () => {
    const { ask, health } = serve(bad)
    await ask('/health/ready')
    void health.drain()
    expect(await ask('/health/ready?exclude=db')).toMatchObject({ status: 503 })
  })

  it('E10: without the key it names no check, and excludes none', async () => {
    const { ask } = serve(bad)
    for (const path of ['/health/ready', '/health/ready?verbose', '/health/ready?exclude=db']) {
      expect(await ask(path, {})).toMatchObject({ status: 503, body: 'readyz check failed\n' })
    }
    expect(await serve(good).ask('/health/ready?verbose', {})).toMatchObject({ status: 200, body: 'ok' })
  })

  it('has a line a check whatever their names and messages', () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const lines = kubernetesFormat.write({ ...report, status: 'unhealthy' }, { detail: true }).split('\n')
        const isLine = (line: string): boolean => /^\[[+-]\].* (?:ok|failed: .*)$/.test(line)
        expect(lines.slice(0, -2).every(isLine)).toBe(true)
        expect(lines.slice(-2)).toEqual(['healthz check failed', ''])
      }),
      { numRuns: 300 },
    )
  })
})
