import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { http } from '../checks/http.ts'
import { createHealth } from '../core/create-health.ts'
import type { Health, Mode } from '../core/health.ts'
import { healthy } from '../core/result.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { createHandler } from './handler.ts'
import { healthHandler } from './node.ts'

const opened: (Server | Health)[] = []
afterEach(async () => {
  for (const each of opened.splice(0)) {
    if ('closeAllConnections' in each) each.close().closeAllConnections()
    else await each.close()
  }
})

/** Real services in a circle: each checks the next one's health over HTTP. Counts the requests that each gets. */
async function circle(size: number, mode: Mode) {
  const servers = Array.from({ length: size }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const urls = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`)
  const requests = urls.map(() => 0)
  servers.forEach((server, index) => {
    const next = http({ url: urls[(index + 1) % size] ?? '' })
    const health = createHealth({
      mode,
      logger: { error: () => {} },
      checks: { next: { check: next, every: '1h', timeout: '9s' } },
    })
    const handle = healthHandler(health)
    server.on('request', (request, response) => {
      requests[index] = (requests[index] ?? 0) + 1
      handle(request, response)
    })
    opened.push(server, health)
  })
  return { requests, urls }
}

const total = (requests: readonly number[]): number => requests.reduce((sum, each) => sum + each, 0)

describe('E12: services that ask each other in a circle', () => {
  it.each([1, 2, 3, 6])('%i of them on request: one question starts at most one round, at once', async (size) => {
    const { requests, urls } = await circle(size, 'on-request')
    const response = await fetch(urls[0] ?? '', { signal: AbortSignal.timeout(2_000) })
    expect(await response.json()).toHaveProperty('status')
    // Ours, and at most one of each service, which ends where the circle closes or the hops do.
    expect(total(requests)).toBeLessThanOrEqual(1 + Math.min(size, 4))
  })

  it('two on request, asked a hundred times at once from both sides: nobody waits for a timeout, each asks once', async () => {
    const { requests, urls } = await circle(2, 'on-request')
    const asking = Array.from({ length: 100 }, (_, index) => fetch(urls[index % 2] ?? ''))
    const startedAt = performance.now()
    await Promise.all(asking.map(async (response) => (await response).text()))
    expect(performance.now() - startedAt).toBeLessThan(4_000)
    expect(total(requests)).toBeLessThanOrEqual(102)
  })

  it('two in the background start without waiting for each other', async () => {
    const { requests, urls } = await circle(2, 'background')
    const startedAt = performance.now()
    await Promise.all(urls.map(async (url) => (await fetch(url)).text()))
    expect(performance.now() - startedAt).toBeLessThan(4_000)
    expect(total(requests)).toBeLessThanOrEqual(4)
  })
})

describe('a request with health-hop', () => {
  const setUp = (mode: Mode, script: Parameters<typeof scriptedCheck>[0] = ['healthy']) => {
    const clock = createFakeClock()
    const check = scriptedCheck(script)
    const health = createHealth({
      clock,
      mode,
      random: () => 0.5,
      checks: { a: { check, impact: 'fails', every: '10s' } },
    })
    const handler = createHandler(health)
    const ask = (hop?: string) =>
      handler.answer({ method: 'GET', path: '/health', header: (name) => (name === 'health-hop' ? hop : undefined) })
    return { ask, check, clock }
  }
  const UNKNOWN = { status: 503, body: '{"status":"unknown"}' }

  it.each(['1', '2', '3'])('E12: of %s still asks what is due', async (hop) => {
    const { ask, check } = setUp('on-request')
    expect(await ask(hop)).toMatchObject({ status: 200 })
    expect(check.runs).toBe(1)
  })

  it.each(['4', '100', '', '-1', '1.5', 'x', '9'.repeat(20)])(
    'E12: of %j starts nothing and waits for nothing',
    async (hop) => {
      for (const mode of ['on-request', 'background'] as const) {
        const { ask, check } = setUp(mode)
        expect(ask(hop)).toMatchObject(UNKNOWN)
        expect(check.runs).toBe(0)
        // What was said in ignorance is not kept for those who may wait.
        expect(await ask()).toMatchObject({ status: 200 })
        expect(check.runs).toBe(1)
      }
    },
  )

  it('E12: waits only for a run that began at its own hop or a later one', async () => {
    const { ask, check } = setUp('on-request', ['hang'])
    const first = ask('1')
    expect(ask('2')).toMatchObject(UNKNOWN)
    const [same, earlier] = [ask('1'), ask()]
    check.release(healthy())
    expect(await Promise.all([first, same, earlier])).toEqual(
      Array.from({ length: 3 }, () => expect.objectContaining({ status: 200 })),
    )
    expect(check.runs).toBe(1)
  })
})
