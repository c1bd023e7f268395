import { once } from 'node:events'
import { Agent, createServer, request, type IncomingMessage, type Server } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import express from 'express'
import fastify from 'fastify'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createHealth } from '../../core/create-health.ts'
import { exchange, sendRaw } from '../../testing/exchange.ts'
import { attach } from './attach.ts'

const health = createHealth({ mode: 'on-request', checks: {} })
const endings: (() => unknown)[] = []

afterEach(async () => {
  for (const end of endings.splice(0)) await end()
})

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  endings.push(() => server.close().closeAllConnections())
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('attach', () => {
  it('goes before the listeners of the app, whether they are there already or come later', async () => {
    const seen = vi.fn<(url?: string) => void>()
    const server = createServer(({ url }) => seen(url))
    attach(health, server)
    server.prependListener('request', ({ url }) => seen(url))
    server.on('request', (_, response) => response.end('the app'))
    const url = await listen(server)
    expect((await exchange(`${url}/health/live`)).status).toBe(200)
    expect(seen).not.toHaveBeenCalled()
    expect((await exchange(`${url}/orders`)).body).toBe('the app')
    expect(seen.mock.calls).toEqual([['/orders'], ['/orders']])
  })

  it('answers while the app cannot', async () => {
    const app = express()
    app.use(() => void new Promise(() => undefined))
    const server = createServer(app)
    attach(health, server)
    const url = await listen(server)
    const stuck = exchange(`${url}/orders`)
    expect((await exchange(`${url}/health/ready`)).status).toBe(200)
    server.closeAllConnections()
    await expect(stuck).rejects.toThrow('socket hang up')
  })

  it('serves the app and health on one kept connection', async () => {
    const server = createServer((_, response) => response.end('the app'))
    attach(health, server)
    const url = await listen(server)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    endings.push(() => agent.destroy())
    const ask = async (path: string) => {
      const sent = request(`${url}${path}`, { agent }).end()
      const [response] = (await once(sent, 'response')) as [IncomingMessage]
      await once(response.resume(), 'end')
      return [response.statusCode, sent.reusedSocket]
    }
    expect(await ask('/orders')).toEqual([200, false])
    expect(await ask('/health')).toEqual([200, true])
    expect(await ask('/orders')).toEqual([200, true])
  })

  it('leaves upgrades and Expect to the app', async () => {
    const server = createServer((_, response) => response.end('the app'))
    attach(health, server)
    server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\nupgraded'))
    server.on('checkContinue', (_, response) => response.writeHead(417).end())
    const url = new URL(await listen(server))
    const ask = (lines: string) => sendRaw(url, `GET /health HTTP/1.1\r\nHost: x\r\n${lines}\r\n\r\n`)
    expect(await ask('Connection: Upgrade\r\nUpgrade: websocket')).toContain('upgraded')
    expect(await ask('Expect: 100-continue\r\nConnection: close')).toContain('417')
  })

  it('can be taken off, and put on at another path beside it', async () => {
    const server = createServer((_, response) => response.end('the app'))
    const detach = attach(health, server)
    attach(health, server, { basePath: '/internal/health' })
    const url = await listen(server)
    expect((await exchange(`${url}/health`)).body).toBe('{"status":"healthy"}')
    detach()
    expect((await exchange(`${url}/health`)).body).toBe('the app')
    expect((await exchange(`${url}/internal/health`)).body).toBe('{"status":"healthy"}')
  })

  it('finds the server of a Fastify app before it listens, and of one that tells it as Nest does', async () => {
    const app = fastify()
    endings.push(() => app.close())
    attach(health, app)
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    expect((await exchange(`${url}/health`)).status).toBe(200)
    const server = createServer((_, response) => response.end('the app'))
    attach(health, { getHttpServer: () => server, close: () => undefined } as { close: () => void })
    expect((await exchange(`${await listen(server)}/health`)).body).toBe('{"status":"healthy"}')
  })

  it('answers over HTTP/2', async () => {
    const server = createHttp2Server((_, response) => response.end('the app')).listen(0, '127.0.0.1')
    await once(server, 'listening')
    attach(health, server)
    const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    endings.push(
      () => session.close(),
      () => void server.close(),
    )
    const ask = async (path: string) => {
      const stream = session.request({ ':path': path })
      const [headers] = (await once(stream, 'response')) as [Record<string, unknown>]
      let body = ''
      for await (const chunk of stream) body += String(chunk)
      return [headers[':status'], headers['content-type'], body]
    }
    expect(await ask('/health')).toEqual([200, 'application/json', '{"status":"healthy"}'])
    expect(await ask('/orders')).toEqual([200, undefined, 'the app'])
  })

  it('refuses what has no server', () => {
    const app = Object.assign(express(), { close: () => undefined })
    expect(() => attach(health, app)).toThrow('app: it is no server and tells none; for Express and Koa give what')
    expect(() => attach(health, createServer(), { basePath: 'health' })).toThrow('basePath')
  })
})
