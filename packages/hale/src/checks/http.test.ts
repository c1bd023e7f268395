import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { asker, askOnce, IN_TIME_MS } from '../../../../test/harness/ask.ts'
import { expectFaultsFound, OVER_HTTP } from '../../../../test/harness/expect-check.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { openFaultProxy } from '../testing/fault-proxy.ts'
import { http, type HttpOptions } from './http.ts'

let requests: IncomingMessage[] = []
let connections = 0

const DOCUMENT = JSON.stringify({ status: 'ok', ready: true, none: null, queues: [{ state: 'running', depth: 3 }] })

const answers: Readonly<Record<string, (response: ServerResponse, request: IncomingMessage) => void>> = {
  '/ok': (response) => response.end('all is well'),
  '/json': (response) =>
    response.writeHead(200, { 'content-type': 'application/json', 'x-version': '1.4.2' }).end(DOCUMENT),
  '/teapot': (response) => response.writeHead(418).end(),
  '/says': (response, { url }) => response.writeHead(Number(url?.split('?')[1])).end(),
  '/silent': () => {},
  '/stalls': (response) => response.write('all is'),
  '/long': (response) => response.end(`${'x'.repeat(200_000)} at last`),
  '/endless': (response) => {
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(10_000)));
      if (!response.destroyed) response.once('drain', more)
    }
    more()
  },
  '/once': (response) => response.writeHead(302, { location: '/ok' }).end('moved'),
  '/once-endless': (response) => response.writeHead(302, { location: '/ok' }).write('moved'),
  '/round': (response) => response.writeHead(307, { location: '/round' }).end(),
  '/away': (response, request) =>
    response.writeHead(301, { location: `http://localhost:${request.socket.localPort}/ok` }).end(),
  '/file': (response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
}
const server = createServer((request, response) => {
  requests.push(request)
  answers[new URL(request.url ?? '/', 'http://x').pathname]?.(response, request)
})
server.on('connection', (socket: Socket) => {
  connections++
  socket.on('error', () => {})
})

let origin: string
let port: number
beforeAll(async () => {
  await once(server.listen(0), 'listening')
  port = (server.address() as AddressInfo).port
  origin = `http://127.0.0.1:${port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  requests = []
  connections = 0
})

const ask = (path: string, options: Partial<HttpOptions> = {}, timeoutMs?: number) =>
  askOnce(http({ url: `${origin}${path}`, ...options }), timeoutMs)

describe('http', () => {
  const secret = 'Hunter2Hunter2'
  const withSecrets = (path: string): HttpOptions => ({
    url: `http://user:${secret}@127.0.0.1:${port}${path}?token=${secret}`,
    headers: { 'x-api-key': secret },
  })
  it.each(
    checkConformance({
      name: 'http',
      healthy: () => http(withSecrets('/ok')),
      broken: () => http(withSecrets('/teapot')),
      silent: () => http(withSecrets('/silent')),
      secrets: [secret],
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('says status and time', async () => {
    const result = await ask('/ok')
    expect(result).toMatchObject({ status: 'healthy', observed: { unit: 'ms' }, data: { status: 200 } })
    expect(result.message).toMatch(/^GET http:\/\/127\.0\.0\.1:\d+\/ok answered in [\d.]+ m?s\.$/)
  })

  it('E12: uses one connection for all runs, and closes it in the end', async () => {
    const check = http({ url: `${origin}/ok` })
    const again = asker(check)
    for (let run = 0; run < 10; run++) await again()
    expect({ connections, requests: requests.length }).toEqual({ connections: 1, requests: 10 })
    await check.close?.()
    await expect.poll(() => new Promise((resolve) => server.getConnections((_, open) => resolve(open)))).toBe(0)
  })

  it('E12: names itself, marks the hop, and sends what it was told to', async () => {
    await ask('/ok', { method: 'POST', headers: { 'x-a': '1', 'user-agent': 'mine' } })
    expect(requests[0]).toMatchObject({
      method: 'POST',
      headers: { 'health-hop': '1', 'user-agent': 'mine', 'x-a': '1', 'accept-encoding': 'identity' },
    })
  })

  it('judges the status by what is expected', async () => {
    expect(await ask('/teapot')).toMatchObject({
      status: 'unhealthy',
      code: 'HTTP_STATUS',
      message: `GET ${origin}/teapot answered 418, expected 200-299. See its log.`,
    })
    expect(await ask('/teapot', { status: [200, '410-419'] })).toMatchObject({ status: 'healthy' })
    expect(await ask('/ok', { status: [204] })).toMatchObject({ code: 'HTTP_STATUS' })
  })

  it.each([
    [302, 'Ask the address that it leads to.'],
    [401, 'See which key or right the request lacks.'],
    [403, 'See which key or right the request lacks.'],
    [404, 'See whether the path is right.'],
    [410, 'See whether the path is right.'],
    [405, 'See which method it takes.'],
    [429, 'Ask less often, or raise its limit.'],
    [500, 'See its log.'],
  ])('says of %s what to try', async (status, tryThis) => {
    const { message } = await ask(`/says?${status}`)
    expect(message).toBe(`GET ${origin}/says answered ${status}, expected 200-299. ${tryThis}`)
  })

  it('judges the body within its limit', async () => {
    expect(await ask('/ok', { bodyContains: 'well' })).toMatchObject({ status: 'healthy' })
    expect(await ask('/ok', { bodyContains: 'bad' })).toMatchObject({ status: 'unhealthy', code: 'BODY_MISMATCH' })
    expect(await ask('/long', { bodyContains: 'at last' })).toMatchObject({ code: 'BODY_TOO_LARGE' })
    expect(await ask('/long', { bodyContains: 'at last', maxBodyBytes: 300_000 })).toMatchObject({ status: 'healthy' })
    expect(await ask('/endless')).toMatchObject({ status: 'healthy' })
    expect(await ask('/ok', { method: 'HEAD' })).toMatchObject({ status: 'healthy' })
  })

  it('judges values of a JSON body by their paths, and shows none of them', async () => {
    const right = { status: 'ok', ready: true, none: null, 'queues.0.state': 'running', 'queues.0.depth': 3 }
    expect(await ask('/json', { json: right })).toMatchObject({ status: 'healthy' })
    const wrong = await ask('/json', {
      json: { ...right, ready: 'true', 'queues.1.state': 'running', 'status.x': 'ok' },
    })
    expect(wrong).toMatchObject({ status: 'unhealthy', code: 'BODY_MISMATCH' })
    expect(wrong.message).toMatch(/answered another value than expected at ready, queues\.1\.state, status\.x\./)
    expect(await ask('/json', { json: { 'queues.length': 1 } })).toMatchObject({ status: 'healthy' })
    expect(await ask('/json', { json: { toString: 'x', '__proto__.x': 1 } })).toMatchObject({ code: 'BODY_MISMATCH' })
    expect((await ask('/ok', { json: right })).message).toContain('something that is not JSON')
    expect(await ask('/long', { json: right })).toMatchObject({ code: 'BODY_TOO_LARGE' })
  })

  it('judges headers of the answer', async () => {
    expect(await ask('/json', { answerHeaders: { 'Content-Type': 'json', 'x-version': '1.4' } })).toMatchObject({
      status: 'healthy',
    })
    const wrong = await ask('/json', { answerHeaders: { 'x-version': '2.' } })
    expect(wrong).toMatchObject({
      code: 'HEADER_MISMATCH',
      message: expect.stringContaining('another value of the header'),
    })
    expect((await ask('/ok', { answerHeaders: { 'x-version': '' } })).message).toContain('without the header x-version')
  })

  it('judges the time by its limits', async () => {
    expect(await ask('/ok', { degraded: 0 })).toMatchObject({ status: 'degraded', code: 'SLOW' })
    expect(await ask('/ok', { degraded: 0, unhealthy: 0 })).toMatchObject({ status: 'unhealthy', code: 'SLOW' })
    expect(await ask('/ok', { degraded: '10s', unhealthy: '20s' })).toMatchObject({ status: 'healthy' })
  })

  it('follows redirects up to its limit, and only to http', async () => {
    expect(await ask('/once')).toMatchObject({ status: 'healthy', message: expect.stringContaining('/ok') })
    expect(await ask('/once', { redirects: 0 })).toMatchObject({ code: 'HTTP_STATUS', data: { status: 302 } })
    expect(await ask('/once', { status: [302] })).toMatchObject({ status: 'healthy' })
    requests = []
    expect(await ask('/round', { redirects: 5 })).toMatchObject({ code: 'HTTP_STATUS', data: { status: 307 } })
    expect(requests).toHaveLength(6)
    expect(await ask('/file')).toMatchObject({ code: 'HTTP_STATUS', data: { status: 302 } })
  })

  it('E12: lets go of a redirect whose body never ends', async () => {
    const check = http({ url: `${origin}/once-endless` })
    const again = asker(check)
    for (let run = 0; run < 4; run++) expect((await again()).value).toMatchObject({ status: 'healthy' })
    await check.close?.()
  })

  it('S6: keeps credentials from another host that a redirect names', async () => {
    const headers = { authorization: 'Bearer abc', 'x-key': 'abc' }
    expect(await ask('/away', { headers })).toMatchObject({ status: 'healthy' })
    expect(requests.map((request) => request.headers.host)).toEqual([`127.0.0.1:${port}`, `localhost:${port}`])
    expect(requests[0]?.headers).toMatchObject(headers)
    expect(requests[1]?.headers).not.toHaveProperty('authorization')
    expect(requests[1]?.headers).not.toHaveProperty('x-key')
  })

  it.each(['/silent', '/stalls'])('E3: %s is answered in time, and let go of', async (path) => {
    const startedAt = performance.now()
    expect(await ask(path, {}, 200)).toMatchObject({ status: 'unhealthy', code: 'TIMEOUT' })
    expect(performance.now() - startedAt).toBeLessThan(IN_TIME_MS)
    await expect.poll(() => new Promise((resolve) => server.getConnections((_, open) => resolve(open)))).toBe(0)
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    await expectFaultsFound(
      {
        server: { host: '127.0.0.1', port },
        check: (at) => http({ url: `http://127.0.0.1:${at}/ok` }),
      },
      OVER_HTTP,
    )
  })

  it('asks again when a kept connection was closed meanwhile', async () => {
    await using proxy = await openFaultProxy({ target: { port } })
    const check = http({ url: `http://127.0.0.1:${proxy.port}/ok` })
    const again = asker(check)
    expect((await again()).value.status).toBe('healthy')
    server.closeAllConnections()
    expect((await again()).value.status).toBe('healthy')
    await check.close?.()
  })

  it('refuses what cannot work, all at once, and shows no URL that may hold a password', () => {
    const bad = () => http({ url: `ftp://u:${secret}@x`, status: ['9-1'], redirects: -1, maxBodyBytes: 0 })
    expect(bad).toThrow(HealthSetupError)
    expect(bad).toThrow(/url: .*\n.*status: .*\n.*maxBodyBytes: .*\n.*redirects: /)
    expect(bad).not.toThrow(secret)
  })
})
