import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { queryPrometheus, startPrometheus } from '../../../../test/harness/prometheus.ts'
import { createHealth } from '../core/create-health.ts'
import { healthHandler } from '../http/node.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'

const KEY = 'a-key-for-scraping'
const health = createHealth({
  service: { name: 'orders "eu"', version: '1.4.2' },
  checks: {
    database: { check: scriptedCheck(['healthy', 'unhealthy']), every: '1s', jitter: 0, impact: 'fails' },
    disk: scriptedCheck(['degraded']),
  },
})
const accepted: (string | undefined)[] = []
const answer = healthHandler(health, { keys: [KEY] })
const server = createServer((request, response) => {
  accepted.push(request.headers.accept)
  answer(request, response)
})

beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'))
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await health.close()
})

const address = (): string => `127.0.0.1:${(server.address() as AddressInfo).port}`

it('E11: promtool has nothing to complain of', async () => {
  await health.report()
  const headers = { authorization: `Bearer ${KEY}` }
  const scraped = await fetch(`http://${address()}/health/metrics`, { headers })
  const input = await scraped.text()
  expect(input).toContain('hale_check_status{check="disk",status="degraded"} 1\n')
  const { error, stderr, stdout } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' })
  expect([error, `${stdout}${stderr}`]).toEqual([undefined, ''])
})

describe('a real Prometheus', () => {
  it('E11: scrapes OpenMetrics, while the service is well and while it is not', async () => {
    await using prometheus = await startPrometheus({
      scrapes: [{ targets: [address()], path: '/health/metrics', key: KEY }],
    })
    /** The value of the one series that the query finds, once it finds one that is wanted. */
    const until = async (query: string, wanted: string): Promise<string | undefined> => {
      for (let tries = 0; tries < 150; tries++) {
        const [found] = await queryPrometheus(prometheus, query)
        if (found?.value?.[1] === wanted) return wanted
        await sleep(200)
      }
      return undefined
    }
    expect(await until('hale_check_status{check="database",status="unhealthy"}', '1')).toBe('1')
    expect(await until('hale_status{status="unhealthy"}', '1')).toBe('1')
    expect(await until('up{job="hale"}', '1')).toBe('1')
    expect(await until('hale_check_transitions_total{check="database"}', '2')).toBe('2')
    expect(await until('hale_service_info{name="orders \\"eu\\"",version="1.4.2"}', '1')).toBe('1')
    expect(await until('hale_check_info{check="disk",impact="degrades",kind="scripted"}', '1')).toBe('1')
    expect(accepted.some((accept) => accept?.includes('application/openmetrics-text') === true)).toBe(true)
  })
})
