import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Server, Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asker, askOnce } from '../../../../test/harness/ask.ts'
import { expectFaultsFound, OVER_HTTP } from '../../../../test/harness/expect-check.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { openFaultProxy, type FaultProxy } from '../testing/fault-proxy.ts'
import { createTestAuthority } from '../testing/test-authority.ts'
import { websocket } from './websocket.ts'

const host = '127.0.0.1'
const authority = createTestAuthority()
const servers: Server[] = []
async function listen(server: Server): Promise<number> {
  servers.push(server)
  await once(server.listen(0, host), 'listening')
  return (server.address() as AddressInfo).port
}

let port: number
let silent: FaultProxy
let asked: IncomingMessage | undefined
const server = createServer((_, response) => response.writeHead(426).end())
const sockets = new WebSocketServer({ server, handleProtocols: (offered) => [...offered][0] ?? false })
sockets.on('connection', (socket, request) => {
  asked = request
  socket.on('error', () => {})
  if (request.url === '/talks') for (let index = 0; index < 20; index++) socket.send('x'.repeat(1_000))
  if (request.url === '/closes') socket.close(1013)
})
beforeAll(async () => {
  port = await listen(server)
  silent = await openFaultProxy({ target: { host, port }, mode: 'blackhole' })
})
afterAll(async () => {
  await silent.close()
  for (const each of servers) each.close()
  for (const socket of sockets.clients) socket.terminate()
})
const at = (each: number, path = '/live'): string => `ws://${host}:${each}${path}`

describe('websocket, against ws', () => {
  it.each(
    checkConformance({
      name: 'websocket',
      healthy: () => websocket({ url: `ws://app:hunter2hunter2@${host}:${port}/live?token=hunter2hunter2` }),
      broken: () => websocket({ url: `ws://app:hunter2hunter2@${host}:1/live?token=hunter2hunter2` }),
      silent: () => websocket({ url: at(silent.port) }),
      secrets: ['hunter2hunter2'],
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('opens, pings, says how long it took, and closes', async () => {
    const ask = asker(websocket({ url: at(port) }))
    for (let run = 0; run < 5; run++) {
      const { value } = await ask()
      expect(value).toMatchObject({ status: 'healthy', observed: { unit: 'ms' } })
      expect(value.message).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/live answered in [\d.]+ m?s\.$/)
    }
    const slow = await askOnce(websocket({ url: at(port), degraded: '0ms' }))
    expect(slow).toMatchObject({ status: 'degraded', code: 'SLOW', observed: { unit: 'ms' } })
    await expect.poll(() => sockets.clients.size).toBe(0)
  })

  it('E12: marks the hop and sends what it was told to', async () => {
    const options = { url: at(port), headers: { origin: 'https://shop.test' }, protocols: ['chat.v2', 'chat.v1'] }
    expect(await askOnce(websocket(options))).toMatchObject({ status: 'healthy', data: { protocol: 'chat.v2' } })
    expect(asked?.headers).toMatchObject({ 'health-hop': '1', origin: 'https://shop.test' })
  })

  it('finds the pong behind what the server says first', async () => {
    expect(await askOnce(websocket({ url: at(port, '/talks') }))).toMatchObject({ status: 'healthy' })
  })

  it('says so when the server closes at once, unless no ping is asked for', async () => {
    expect(await askOnce(websocket({ url: at(port, '/closes') }))).toMatchObject({ code: 'PROTOCOL_ERROR' })
    expect(await askOnce(websocket({ url: at(port, '/closes'), ping: false }))).toMatchObject({ status: 'healthy' })
  })

  it('lives on when the server resets the connection that it has just upgraded', async () => {
    const rude = createServer().on('upgrade', ({ headers }, socket: Socket) => {
      const accept = createHash('sha1').update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      const head = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`
      const done = (): unknown => socket.resetAndDestroy()
      socket.write(`${head}Sec-WebSocket-Accept: ${accept.digest('base64')}\r\n\r\n`, done)
    })
    const url = at(await listen(rude))
    const crashes: unknown[] = []
    const crash = (error: unknown): unknown => crashes.push(error)
    process.on('uncaughtException', crash)
    for (let run = 0; run < 10; run++) await askOnce(websocket({ url, ping: false }))
    await new Promise((resolve) => setImmediate(resolve))
    process.off('uncaughtException', crash)
    expect(crashes).toEqual([])
  })

  it('speaks TLS, and judges who answers', async () => {
    const secure = createSecureServer(authority.issue(host))
    const own = new WebSocketServer({ server: secure })
    const url = `wss://${host}:${await listen(secure)}/`
    expect(await askOnce(websocket({ url, tls: { ca: authority.ca } }))).toMatchObject({ status: 'healthy' })
    expect(await askOnce(websocket({ url }))).toMatchObject({ status: 'unhealthy', code: 'TLS_UNTRUSTED' })
    own.close()
  })

  it('says so when the server does not upgrade, or does so wrongly', async () => {
    const plain = await listen(createServer((_, response) => response.writeHead(404).end('no')))
    expect(await askOnce(websocket({ url: at(plain) }))).toMatchObject({ code: 'HTTP_STATUS', data: { status: 404 } })
    const wrong = createServer().on('upgrade', (_, socket) => {
      socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
    })
    expect(await askOnce(websocket({ url: at(await listen(wrong)) }))).toMatchObject({ code: 'PROTOCOL_ERROR' })
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    await expectFaultsFound({ server: { host, port }, check: (each) => websocket({ url: at(each) }) }, OVER_HTTP)
  })

  it('refuses what cannot work, all at once, and shows no URL that may hold a password', () => {
    const options = { url: 'http://app:hunter2@x', protocols: ['a b'] }
    expect(() => websocket(options)).toThrow(/url: must be.*\n.*protocols: has one/)
    expect(() => websocket(options)).not.toThrow(/hunter2/)
  })
})
