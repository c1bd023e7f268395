import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHealth, healthy, unhealthy, type Health } from 'hale'
import { healthHandler } from 'hale/http/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCaddy } from '../harness/caddy.ts'
import { startHaproxy } from '../harness/haproxy.ts'
import { startNginx } from '../harness/nginx.ts'
import { findBinary } from '../harness/packages.ts'

/** How long to wait for what comes within a second, on a machine that does other work. */
const SOON = { timeout: 30_000, interval: 50 }
const KEY = 'a-key-of-this-test'

describe('clients of other makers', () => {
  let health: Health<'database'>
  let isUp = true
  const app = createServer((request, response) => {
    answer(request, response, () => response.end('the app'))
  })
  let answer: ReturnType<typeof healthHandler>
  let place: string

  beforeAll(async () => {
    health = createHealth({
      checks: {
        database: {
          check: () => (isUp ? healthy() : unhealthy('CONNECTION_REFUSED', 'Nothing listens.')),
          every: 50,
          timeout: '10s',
          impact: 'fails',
        },
      },
    })
    answer = healthHandler(health, { keys: [KEY] })
    await once(app.listen(0, '127.0.0.1'), 'listening')
    place = `127.0.0.1:${(app.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    app.close()
    app.closeAllConnections()
    await health.close()
  })

  const turn = async (up: boolean): Promise<void> => {
    isUp = up
    await expect.poll(async () => (await health.report()).status, SOON).toBe(up ? 'healthy' : 'unhealthy')
  }

  it.each([
    [
      'Caddy, by its active health checks',
      () =>
        startCaddy(`reverse_proxy ${place} {
  health_uri /health/ready
  health_interval 100ms
  health_timeout 10s
  health_status 200
}`),
    ],
    [
      'HAProxy, by option httpchk',
      () =>
        startHaproxy(`
  option httpchk GET /health/ready
  timeout check 10s
  server app ${place} check inter 100ms fall 1 rise 1`),
    ],
  ])('%s, sends nothing to what is not ready, and comes back', async (_name, start) => {
    await turn(true)
    await using proxy = await start()
    const throughProxy = async () => (await fetch(proxy.url, { headers: { connection: 'close' } })).status
    await expect.poll(throughProxy, SOON).toBe(200)
    await turn(false)
    await expect.poll(throughProxy, SOON).toBe(503)
    await turn(true)
    await expect.poll(throughProxy, SOON).toBe(200)
  })

  it('nginx, by passive checks, serves from the spare what is not ready, comes back, and keeps no answer', async () => {
    const spare = createServer((_request, response) => {
      response.setHeader('cache-control', 'no-store')
      response.end('the spare')
    })
    await once(spare.listen(0, '127.0.0.1'), 'listening')
    // HTTP/1.0, the upstream's name as Host, a connection a request: what nginx does unless it is told otherwise.
    await using nginx = await startNginx(
      `location / {
        proxy_pass http://instances;
        proxy_next_upstream error timeout http_503;
        proxy_cache answers;
        proxy_cache_valid any 10m;
      }`,
      `proxy_cache_path cache keys_zone=answers:1m;
      upstream instances {
        server ${place} max_fails=1 fail_timeout=1s;
        server 127.0.0.1:${(spare.address() as AddressInfo).port} backup;
      }`,
    )
    const throughProxy = async () => (await fetch(`${nginx.url}/health/ready`)).text()
    await turn(true)
    expect(await throughProxy()).toBe('{"status":"healthy"}')
    await turn(false)
    expect(await throughProxy()).toBe('the spare')
    await turn(true)
    await expect.poll(throughProxy, SOON).toBe('{"status":"healthy"}')
    spare.close()
  })

  it('Nagios, by check_http, is told of status, body and header, with and without the key', async () => {
    const [host = '', port = ''] = place.split(':')
    const nagios = (...args: readonly string[]) =>
      new Promise<readonly [code: unknown, said: string]>((resolve) => {
        const all = ['-I', host, '-p', port, '-t', '30', ...args]
        execFile(findBinary('check_http') ?? 'check_http', all, (error, stdout) => resolve([error?.code ?? 0, stdout]))
      })
    await turn(true)
    // It tells upper from lower case; Hale's names are in lower case.
    const [fine, hidden, shown] = await Promise.all([
      nagios('-u', '/health', '-s', '"status":"healthy"', '-d', 'cache-control: no-store'),
      nagios('-u', '/health', '-s', 'database'),
      nagios('-u', '/health', '-s', 'database', '-k', `X-API-Key: ${KEY}`),
    ])
    expect(fine).toEqual([0, expect.stringMatching(/^HTTP OK: HTTP\/1\.1 200 OK/)])
    expect(hidden).toEqual([2, expect.stringMatching(/^HTTP CRITICAL: .*not found/)])
    expect(shown).toEqual([0, expect.stringMatching(/^HTTP OK/)])

    await turn(false)
    const [whole, ready, live] = await Promise.all([
      nagios('-u', '/health', '-e', '200'),
      nagios('-u', '/health/ready', '-e', '200'),
      nagios('-u', '/health/live', '-e', '200'),
    ])
    expect(whole).toEqual([2, expect.stringMatching(/^HTTP CRITICAL.* 503 Service Unavailable/)])
    expect(ready[0]).toBe(2)
    expect(live[0]).toBe(0)
  })
})
