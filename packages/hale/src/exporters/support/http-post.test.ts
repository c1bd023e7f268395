import { once } from 'node:events'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Delivery } from './delivery.ts'
import { createPoster, type Poster } from './http-post.ts'

const open: (Server | Poster)[] = []
afterEach(() => {
  for (const each of open.splice(0)) {
    if ('closeAllConnections' in each) each.closeAllConnections()
    each.close()
  }
})

interface World {
  readonly post: (signal?: AbortSignal) => Promise<Delivery>
  readonly poster: Poster
  readonly url: string
  /** Every connection that was made. */
  readonly sockets: readonly Socket[]
}

async function world(answer: RequestListener, patienceMs?: number): Promise<World> {
  const server = createServer({ keepAliveTimeout: 60_000 }, answer)
  const sockets: Socket[] = []
  server.on('connection', (socket) => sockets.push(socket.on('error', () => undefined)))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const poster = createPoster(patienceMs)
  open.push(server, poster)
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api`)
  const post = (signal = new AbortController().signal): Promise<Delivery> =>
    poster.post({ url, headers: { 'dd-api-key': 'k' }, body: {}, encoding: 'gzip', signal })
  return { post, poster, sockets, url: url.href }
}

/** Not `once`, which would reject when it is closed by an error. */
const closed = async (socket: Socket | undefined): Promise<void> => {
  if (socket === undefined || socket.destroyed) return
  await new Promise((resolve) => socket.once('close', resolve))
}

/** Writes for as long as somebody reads. */
function pour(response: ServerResponse): void {
  const timer = setInterval(() => void response.write(Buffer.alloc(10_000)), 5)
  response.on('close', () => clearInterval(timer))
}

describe('posting', () => {
  it.each([
    [200, {}, { outcome: 'taken' }],
    [302, { location: 'http://127.0.0.1:9/' }, { outcome: 'refused' }],
    [400, {}, { outcome: 'refused' }],
    [403, {}, { outcome: 'refused', why: expect.stringContaining('the key is not valid there') }],
    [408, {}, { outcome: 'retry' }],
    [413, {}, { outcome: 'too-large' }],
    [429, { 'retry-after': '7' }, { outcome: 'retry', afterMs: 7_000 }],
    [429, { 'retry-after': 'soon' }, { outcome: 'retry' }],
    [503, {}, { outcome: 'retry' }],
  ] as const)('takes %i %o for what it is', async (status, headers, delivery) => {
    const { post } = await world((_request, response) => response.writeHead(status, headers).end('{}'))
    expect(await post()).toMatchObject(delivery)
  })

  it('E6: measures a date to wait for by the clock of who gave it, not by its own', async () => {
    const headers = { date: 'Sun, 06 Nov 1994 08:49:37 GMT', 'retry-after': 'Sun, 06 Nov 1994 08:50:07 GMT' }
    const { post } = await world((_request, response) => response.writeHead(503, headers).end())
    expect(await post()).toMatchObject({ outcome: 'retry', afterMs: 30_000 })
  })

  it.each([
    ['never ends', 100, (response: ServerResponse): void => void response.write('x')],
    ['is without bound', 60_000, (response: ServerResponse): void => pour(response)],
    [
      'breaks off',
      60_000,
      (response: ServerResponse): void => void response.write('x', () => response.socket?.resetAndDestroy()),
    ],
  ] as const)('does not wait for a body that %s, and lets its connection go', async (_what, patienceMs, write) => {
    const { post, sockets } = await world((_request, response) => write(response.writeHead(202)), patienceMs)
    expect(await post()).toEqual({ outcome: 'taken' })
    await closed(sockets[0])
    expect(sockets[0]?.destroyed).toBe(true)
  })

  it('leaves nothing under way when it is told to stop', async () => {
    const stop = new AbortController()
    const { post, sockets } = await world(() => stop.abort())
    await expect(post(stop.signal)).rejects.toThrow('aborted')
    await closed(sockets[0])
    expect(sockets[0]?.destroyed).toBe(true)
  })

  it('E12: keeps its connection, and closes it with itself', async () => {
    const { post, poster, sockets } = await world((_request, response) => response.writeHead(202).end())
    for (let i = 0; i < 3; i++) await post()
    expect(sockets).toHaveLength(1)
    poster.close()
    await closed(sockets[0])
    expect(sockets[0]?.destroyed).toBe(true)
  })

  it('E10: names neither the key nor what is before the host of an address, whatever happens', async () => {
    const headers = { 'dd-api-key': 'hunter2' }
    const poster = createPoster()
    open.push(poster)
    const { signal } = new AbortController()
    const post = (url: string): Promise<unknown> =>
      poster
        .post({ url: new URL(url), headers, body: {}, encoding: 'identity', signal })
        .catch((error: unknown) => (error instanceof Error ? error.stack : error))
    const { port } = new URL((await world((_request, response) => response.writeHead(403).end())).url)
    const said = [
      await post(`http://user:hunter2@127.0.0.1:${port}/`),
      await post(`https://user:hunter2@127.0.0.1:${port}/`),
      await post('http://user:hunter2@127.0.0.1:1/'),
      await post('http://user:hunter2@nothing.invalid/'),
    ]
    expect(JSON.stringify(said)).toMatch(/answered 403.*SSL.*ECONNREFUSED.*nothing\.invalid/s)
    expect(JSON.stringify(said)).not.toContain('hunter2')
  })

  it('rejects when nobody is there', async () => {
    const { post } = await world((request) => request.socket.resetAndDestroy())
    await expect(post()).rejects.toThrow(/ECONNRESET|hang up/)
  })
})
