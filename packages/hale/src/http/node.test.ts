import { once } from 'node:events'
import { createServer, request as httpRequest, type RequestListener, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import express from 'express'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createHealth } from '../core/create-health.ts'
import type { Health, HealthOptions } from '../core/health.ts'
import { healthy, unhealthy, type Result } from '../core/result.ts'
import { freePort } from '../../../../test/harness/ports.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { allow, type AccessOptions } from './allow.ts'
import { healthRouter } from './express.ts'
import { healthHandler, serve, shutDown } from './node.ts'

const KEY = 'open-sesame'
const opened: (Server | Health)[] = []

afterEach(async () => {
  for (const each of opened.splice(0)) {
    if ('closeAllConnections' in each) each.close().closeAllConnections()
    else await each.close()
  }
})

function setUp<Name extends string>(options: HealthOptions<Name>): Health<Name> {
  const health = createHealth({ logger: { error: () => undefined }, random: () => 0, ...options })
  opened.push(health)
  return health
}

async function listen(listener: RequestListener): Promise<{ server: Server; url: string; port: number }> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  opened.push(server)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { server, port, url: `http://127.0.0.1:${port}` }
}

/** Sends bytes as they are and gives back all that comes. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.end(text)
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return answer
}

const adapters: readonly [string, (health: Health) => RequestListener][] = [
  ['node:http', (health) => healthHandler(health, { keys: [KEY] })],
  ['Express 5', (health) => express().use(healthRouter(health, { keys: [KEY] })) as RequestListener],
]

describe.each(adapters)('over a real server of %s', (_, adapt) => {
  const start = (health: Health) => listen(adapt(health))

  it('serves status without the key and the report with it', async () => {
    const health = setUp({ checks: { db: { check: () => unhealthy('DOWN', 'it is down'), impact: 'fails' } } })
    const { url } = await start(health)
    const response = await fetch(`${url}/health?x=1`)
    expect([response.status, await response.text()]).toEqual([503, '{"status":"unhealthy"}'])
    expect(response.headers.get('cache-control')).toBe('no-store')
    const detailed = await fetch(`${url}/health/checks/db/`, { headers: { authorization: `Bearer ${KEY}` } })
    expect(await detailed.json()).toMatchObject({ checks: { db: { code: 'DOWN', message: 'it is down' } } })
  })

  it('E14: HEAD, OPTIONS, 405 and 404 on the wire', async () => {
    const { url } = await start(setUp({ checks: { a: () => healthy() } }))
    const head = await fetch(`${url}/health/ready`, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '20', ''])
    const options = await fetch(`${url}/health`, { method: 'OPTIONS' })
    expect([options.status, options.headers.get('allow')]).toEqual([200, 'GET, HEAD, OPTIONS'])
    const post = await fetch(`${url}/health`, { method: 'POST', body: 'x'.repeat(100_000) })
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
    expect((await fetch(`${url}/health/checks/nope`)).status).toBe(404)
    expect((await fetch(`${url}/`)).status).toBe(404)
  })

  it('E14: HTTP/1.0 without Host is answered', async () => {
    const { port } = await start(setUp({ checks: { a: () => healthy() } }))
    const answer = await raw(port, 'GET /health HTTP/1.0\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    expect(answer).toMatch(/\{"status":"healthy"\}$/)
    expect(await raw(port, 'OPTIONS /health HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('takes header names in any case', async () => {
    const { port } = await start(setUp({ checks: { a: () => healthy() } }))
    for (const line of ['X-API-Key: open-sesame', 'AUTHORIZATION: Bearer open-sesame']) {
      expect(await raw(port, `GET /health HTTP/1.0\r\nAccept: */*\r\n${line}\r\n\r\n`)).toContain('"checks":{"a"')
    }
  })

  it('E14: keep-alive serves one request after the other on one connection', async () => {
    const { port } = await start(setUp({ checks: { a: () => healthy() } }))
    const one = 'HTTP/1.1\r\nHost: x\r\n'
    const answer = await raw(
      port,
      `HEAD /health ${one}\r\nGET /health ${one}\r\nGET /health ${one}Connection: close\r\n\r\n`,
    )
    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(3)
    expect(answer.match(/"healthy"/g)).toHaveLength(2)
  })

  it('E4: an aborted request never stops, spoils or repeats the run', async () => {
    const check = scriptedCheck(['hang'])
    const transitions = vi.fn<() => void>()
    const health = setUp({ checks: { a: { check, timeout: '20s' } } })
    health.on('transition', transitions)
    const { port, server, url } = await start(health)
    const aborted = httpRequest({ port, host: '127.0.0.1', path: '/health' }).on('error', () => undefined)
    const waiting = once(server, 'request')
    aborted.end()
    const [, response] = (await waiting) as Parameters<RequestListener>
    aborted.destroy()
    await once(response, 'close')
    expect(check.live).toBe(1)
    expect(transitions).not.toHaveBeenCalled()
    const second = fetch(`${url}/health`)
    await once(server, 'request')
    check.release(healthy())
    expect(await (await second).json()).toEqual({ status: 'healthy' })
    expect(check.runs).toBe(1)
    expect(transitions).toHaveBeenCalledOnce()
  })
})

describe('as middleware', () => {
  it('hands on what is not its own, and works below a mount point', async () => {
    const health = setUp({ checks: { a: () => healthy() } })
    const app = express()
    app.use(healthRouter(health))
    app.use('/internal', healthRouter(health, { basePath: '/status' }))
    app.get('/orders', (_, response) => void response.send('orders'))
    const { url } = await listen(app as RequestListener)
    expect(await (await fetch(`${url}/orders`)).text()).toBe('orders')
    expect((await fetch(`${url}/health/live`)).status).toBe(200)
    expect((await fetch(`${url}/internal/status/live`)).status).toBe(200)
    expect((await fetch(`${url}/internal/health`)).status).toBe(404)
  })
})

describe('serve and shutDown', () => {
  it('E9: readiness is 503 at once, the listener closes after the wait, and the work is done once', async () => {
    const clock = createFakeClock()
    const check = scriptedCheck(['healthy'])
    const health = createHealth({ clock, drainWait: '4s', checks: { a: check } })
    const server = await serve(health, { host: '127.0.0.1' })
    opened.push(server)
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    expect((await fetch(`${url}/health/ready`)).status).toBe(200)

    const done = Promise.all([shutDown(health, server), shutDown(health, server)])
    await clock.advance(3_999)
    expect((await fetch(`${url}/health/ready`)).status).toBe(503)
    expect((await fetch(`${url}/health/live`)).status).toBe(200)
    expect(check.closes).toBe(0)
    await clock.advance(1)
    await done
    expect(server.listening).toBe(false)
    expect(check.closes).toBe(1)
    await expect(fetch(`${url}/health/live`)).rejects.toThrow('fetch failed')
  })

  it('keeps health off the public port: it answers on one of its own, the app on the other', async () => {
    const health = setUp({})
    const app = await listen((_, response) => response.writeHead(404).end())
    const port = await freePort()
    const server = await serve(health, { host: '127.0.0.1', port })
    opened.push(server)
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200)
    expect((await fetch(`http://127.0.0.1:${port}/orders`)).status).toBe(404)
    expect((await fetch(`http://127.0.0.1:${app.port}/health/live`)).status).toBe(404)
  })

  it('rejects when the port is taken', async () => {
    const health = setUp({})
    const { port } = await listen(() => undefined)
    await expect(serve(health, { host: '127.0.0.1', port })).rejects.toThrow('EADDRINUSE')
  })
})

describe('access by address', () => {
  it('reads the address from the connection, and the last X-Forwarded-For from a trusted proxy only', async () => {
    const near = { addresses: ['127.0.0.0/8'] }
    const behind = { addresses: ['192.0.2.0/24'], trustProxy: ['127.0.0.1'] }
    const health = setUp({ checks: { a: () => healthy() } })
    const ask = async (access: AccessOptions, forwarded: readonly string[] = []) => {
      const { port } = await listen(healthHandler(health, { access: allow(access) }))
      const lines = forwarded.map((each) => `X-Forwarded-For: ${each}\r\n`).join('')
      return (await raw(port, `GET /health HTTP/1.0\r\n${lines}\r\n`)).includes('"checks"')
    }
    expect(await ask(near)).toBe(true)
    expect(await ask({ addresses: ['192.0.2.0/24'] }, ['192.0.2.1'])).toBe(false)
    expect(await ask(behind, ['192.0.2.1'])).toBe(true)
    // A proxy may add a line of its own below the one that its client forged.
    expect(await ask(behind, ['192.0.2.1', '203.0.113.9'])).toBe(false)
    expect(await ask(behind, ['203.0.113.9', '192.0.2.1'])).toBe(true)
  })
})

it('lives on when a middleware in front of it lost its patience and answered first', async () => {
  let answer = (): void => {}
  const slow = () => new Promise<Result>((resolve) => (answer = () => resolve(healthy())))
  const health = setUp({ checks: { slow } })
  const listener = healthHandler(health)
  const { url } = await listen((request, response) => {
    listener(request, response)
    response.writeHead(503).end('late')
  })
  const crashes: unknown[] = []
  const crash = (error: unknown): unknown => crashes.push(error)
  process.on('unhandledRejection', crash)
  expect((await fetch(`${url}/health`)).status).toBe(503)
  answer()
  await health.report()
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', crash)
  expect(crashes).toEqual([])
})
