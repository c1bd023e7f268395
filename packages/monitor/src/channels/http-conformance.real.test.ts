import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net'
import { systemClock } from 'hale'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aMessage } from '../../test/a-message.ts'
import { createTestAuthority } from 'hale/testing'
import type { NetworkPolicy } from '../config/monitor-config.ts'
import { createGuard } from '../probes/guard.ts'
import type { Channel, Delivery } from './channel.ts'
import { channelDefinitions, openChannels } from './index.ts'

/** Every channel that posts over HTTP, with the options that point it at `url`. A new one is a line here. */
const HTTP_CHANNELS: Readonly<Record<string, (url: string) => unknown>> = {
  webhook: (url) => ({ url }),
}
const OTHER_CHANNELS = ['console', 'email']

/** Milliseconds a try may take: long for a loaded machine, and short where the deadline is what is tested. */
const PATIENT_MS = 20_000
const SHORT_MS = 300

type Handler = (request: IncomingMessage, response: ServerResponse) => void

const seen: {
  method: string | undefined
  url: string | undefined
  headers: IncomingMessage['headers']
  body: string
}[] = []
let handle: Handler = (_request, response) => response.end()
let server: Server
let base: string
/** Speaks no HTTP, but what a test tells it to. */
let raw: TcpServer
let rawBase: string
let greet: (socket: Socket) => void = () => {}

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      seen.push({ method: request.method, url: request.url, headers: request.headers, body })
      handle(request, response)
    })
  })
  base = await listen(server)
  raw = createTcpServer((socket) => {
    socket.on('error', () => {})
    greet(socket)
  })
  rawBase = await listen(raw)
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
  raw.close()
})

it('every kind of channel is in a conformance suite', () => {
  const covered = [...Object.keys(HTTP_CHANNELS), ...OTHER_CHANNELS]
  expect(covered.toSorted()).toEqual(channelDefinitions.map(({ kind }) => kind).toSorted())
})

describe.each(Object.keys(HTTP_CHANNELS))('%s', (kind) => {
  it('M4: every status from 200 to 599 has the outcome that the rules give it', async () => {
    const outcomes = new Map<number, string>()
    for (let status = 200; status <= 599; status += 1) {
      const { outcome, detail } = await answered(kind, (_request, response) => {
        response.writeHead(status, status < 400 ? { location: `${base}/elsewhere` } : {}).end()
      })
      expect(detail).toBe(`HTTP ${status}`)
      outcomes.set(status, outcome)
    }
    for (const [status, outcome] of outcomes) expect([status, outcome]).toEqual([status, expected(status)])
  })

  it('S6: a redirect is not followed', async () => {
    seen.length = 0
    await answered(kind, (_request, response) => response.writeHead(307, { location: `${base}/elsewhere` }).end())
    expect(seen.map(({ url }) => url)).toEqual(['/hook'])
  })

  it('M4: interim answers are no answers', async () => {
    const early: Handler = (_request, response) => {
      response.writeProcessing()
      response.writeEarlyHints({ link: '</a>; rel=preload' })
      response.writeHead(204).end()
    }
    expect(await answered(kind, early)).toMatchObject({ outcome: 'delivered', detail: 'HTTP 204' })
    const never: Handler = (_request, response) => response.writeProcessing()
    expect(await unanswered(kind, never)).toMatchObject({ outcome: 'ambiguous', detail: 'no answer in time' })
    greet = (socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n')
    expect(await send(kind, rawBase)).toMatchObject({ outcome: 'permanent', detail: 'HTTP 101' })
  })

  it('M4: Retry-After is read in both forms, and only where a retry makes sense', async () => {
    const with503 = (value: string) =>
      answered(kind, (_request, response) => response.writeHead(503, { 'retry-after': value }).end())
    expect(await with503('7')).toMatchObject({ outcome: 'retry', retryAfterMs: 7_000 })
    const { retryAfterMs } = await with503(new Date(Date.now() + 60_000).toUTCString())
    // The date is in whole seconds, and some may have gone by.
    expect(retryAfterMs).toBeGreaterThan(30_000)
    expect(retryAfterMs).toBeLessThanOrEqual(60_000)
    expect(await with503('soon')).not.toHaveProperty('retryAfterMs')
    const notFound: Handler = (_request, response) => response.writeHead(404, { 'retry-after': '7' }).end()
    expect(await answered(kind, notFound)).not.toHaveProperty('retryAfterMs')
  })

  it('M4: silence after the request was written is ambiguous', async () => {
    const delivery = await unanswered(kind, () => {})
    expect(delivery).toEqual({ outcome: 'ambiguous', detail: 'no answer in time' })
  })

  it('M4: a refused connection is a retry: nothing can have arrived', async () => {
    const free = createTcpServer()
    const url = await listen(free)
    await new Promise((resolve) => free.close(resolve))
    expect(await send(kind, url)).toEqual({ outcome: 'retry', detail: 'connection refused' })
  })

  it('M4: a deadline before the connection stands is a retry', async () => {
    // Accepts the connection and stays silent: the TLS handshake never ends, so no request can have been sent.
    greet = () => {}
    const delivery = await send(kind, rawBase.replace('http:', 'https:'), { signal: AbortSignal.timeout(SHORT_MS) })
    expect(delivery).toEqual({ outcome: 'retry', detail: 'no answer in time' })
    const stopped = new AbortController()
    stopped.abort()
    expect(await send(kind, base, { signal: stopped.signal })).toMatchObject({ outcome: 'retry' })
  })

  it('M4: a certificate that nobody trusts is a retry, and nothing is sent', async () => {
    const authority = createTestAuthority()
    const requests: string[] = []
    const secure = createSecureServer(authority.issue('localhost'), (request, response) => {
      requests.push(request.url ?? '')
      response.end()
    })
    const url = (await listen(secure)).replace('http://127.0.0.1', 'https://localhost')
    expect(await send(kind, url)).toEqual({ outcome: 'retry', detail: 'certificate is not trusted' })
    expect(requests).toEqual([])
    secure.closeAllConnections()
    secure.close()
  })

  it('M4: a connection that breaks after the request is ambiguous', async () => {
    const broken: Handler = (request) => request.socket.resetAndDestroy()
    expect(await answered(kind, broken)).toEqual({ outcome: 'ambiguous', detail: 'connection reset' })
    const hungUp: Handler = (request) => request.socket.end()
    expect(await answered(kind, hungUp)).toMatchObject({ outcome: 'ambiguous' })
  })

  it('M4: an answer that is not HTTP is ambiguous', async () => {
    greet = (socket) => socket.end('220 mail.example ESMTP\r\n')
    expect(await send(kind, rawBase)).toEqual({ outcome: 'ambiguous', detail: 'the answer is not HTTP' })
  })

  it('S9: an endless or a stuck body changes nothing: the status has arrived', async () => {
    const endless =
      (status: number): Handler =>
      (_request, response) => {
        response.writeHead(status, { 'content-type': 'text/plain' })
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
          response.once('drain', more)
        }
        more()
      }
    const stuck =
      (status: number): Handler =>
      (_request, response) => {
        response.writeHead(status, { 'content-type': 'text/plain' }).write('hm')
      }
    expect(await answered(kind, endless(200))).toMatchObject({ outcome: 'delivered' })
    expect(await answered(kind, endless(503))).toMatchObject({ outcome: 'retry' })
    expect(await answered(kind, stuck(200))).toMatchObject({ outcome: 'delivered' })
    expect(await answered(kind, stuck(400))).toMatchObject({ outcome: 'permanent', detail: 'HTTP 400: hm' })
  })

  it('S4: what a receiver says is shown as one short line without secrets', async () => {
    const said = 'no such hook\u001B[2J\nsee https://user:hunter2@intern.example/' + 'z'.repeat(5_000)
    const { detail } = await answered(kind, (_request, response) => {
      response.writeHead(404, { 'content-type': 'text/plain' }).end(said)
    })
    expect(detail).toMatch(/^HTTP 404: no such hook \[2J see https:/)
    expect(detail).not.toContain('hunter2')
    expect(detail.length).toBeLessThan(150)
    const page: Handler = (_request, response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<html>')
    expect(await answered(kind, page)).toMatchObject({ detail: 'HTTP 502' })
  })

  it('S6: an address out of reach is refused for good, and nothing is sent', async () => {
    seen.length = 0
    for (const url of [base, base.replace('127.0.0.1', 'localhost'), 'http://169.254.169.254/latest']) {
      const delivery = await send(kind, url, { network: { private: false, allow: [] } })
      expect(delivery).toMatchObject({ outcome: 'permanent' })
      expect(delivery.detail).toMatch(/does not permit$/)
    }
    expect(seen).toEqual([])
  })

  it('M4: every try of one notification carries the same key and the same bytes', async () => {
    seen.length = 0
    await answered(kind, (_request, response) => response.writeHead(503).end())
    await answered(kind, (_request, response) => response.writeHead(200).end())
    expect(seen).toHaveLength(2)
    expect(new Set(seen.map(({ body }) => body)).size).toBe(1)
    expect(seen.map(({ headers }) => headers['idempotency-key'])).toEqual(['7-1:1:hook', '7-1:1:hook'])
    expect(seen[0]).toMatchObject({ method: 'POST' })
  })
})

function expected(status: number): Delivery['outcome'] {
  if (status < 300) return 'delivered'
  return status >= 500 || status === 408 || status === 425 || status === 429 ? 'retry' : 'permanent'
}

async function answered(kind: string, handler: Handler): Promise<Delivery> {
  handle = handler
  return send(kind, base)
}

/** The deadline passes a while after the request has come. */
async function unanswered(kind: string, handler: Handler): Promise<Delivery> {
  const deadline = new AbortController()
  handle = (request, response) => {
    handler(request, response)
    setTimeout(() => deadline.abort(), SHORT_MS)
  }
  return send(kind, base, { signal: deadline.signal })
}

async function send(
  kind: string,
  url: string,
  {
    network = { private: true, allow: [] },
    signal = AbortSignal.timeout(PATIENT_MS),
  }: { network?: NetworkPolicy; signal?: AbortSignal } = {},
): Promise<Delivery> {
  await using channel = await open(kind, `${url}/hook`, network)
  return await channel.send(aMessage(), { key: '7-1:1:hook', signal })
}

async function open(kind: string, url: string, network: NetworkPolicy): Promise<Channel> {
  const environment = { print: () => undefined, colour: false, guard: createGuard(network), clock: systemClock }
  const [channel] = await openChannels([{ name: 'hook', kind, options: HTTP_CHANNELS[kind]?.(url) }], environment)
  if (channel === undefined) throw new Error(`no channel of kind ${kind}`)
  return channel
}

async function listen(target: Server | TcpServer): Promise<string> {
  await new Promise<void>((resolve) => {
    target.listen(0, '127.0.0.1', resolve)
  })
  return `http://127.0.0.1:${(target.address() as AddressInfo).port}`
}
