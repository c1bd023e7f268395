import { once } from 'node:events'
import { connect } from 'node:http2'
import { connect as connectTcp } from 'node:net'
import {
  credentials,
  makeGenericClientConstructor,
  Metadata,
  Server,
  ServerCredentials,
  status as codes,
  type ClientReadableStream,
} from '@grpc/grpc-js'
import fc from 'fast-check'
import { service as official } from 'grpc-health-check'
import { afterEach, describe, expect, it } from 'vitest'
import { createHealth } from '../core/create-health.ts'
import type { Health } from '../core/health.ts'
import { degraded, healthy } from '../core/result.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { createTestAuthority } from '../testing/test-authority.ts'
import { addHealthService } from './grpc-js.ts'
import type { GrpcOptions } from './support/grpc-service.ts'
import { readCheckRequest } from './support/grpc-wire.ts'
import { serveGrpc } from './grpc.ts'

const KEY = 'open-sesame'
const Client = makeGenericClientConstructor(official, 'Health')
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function overHttp2(health: Health, options: GrpcOptions): Promise<number> {
  const server = await serveGrpc(health, { host: '127.0.0.1', ...options })
  closing.push(() => server.close())
  return server.port
}

async function overGrpcJs(health: Health, options: GrpcOptions): Promise<number> {
  const server = new Server()
  addHealthService(server, health, options)
  closing.push(() => server.forceShutdown())
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port)
      else reject(error)
    })
  })
}

async function setUp(start: typeof overHttp2) {
  const clock = createFakeClock()
  const database = scriptedCheck(['unhealthy', 'healthy'])
  const health = createHealth({
    clock,
    random: () => 0,
    checks: {
      database: { check: database, impact: 'fails', every: '10s', successThreshold: 1 },
      cache: { check: () => degraded('SLOW', 'slow'), probes: [] },
    },
  })
  const port = await start(health, { keys: [KEY] })
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure())
  closing.push(
    () => client.close(),
    () => health.close(),
  )
  const call = (method: 'Check' | 'List', request: object, metadata = new Metadata()) =>
    new Promise<unknown>((resolve, reject) => {
      client[method]?.(request, metadata, (error: Error | null, answer: unknown) =>
        error === null ? resolve(answer) : reject(error),
      )
    })
  const watch = (service: string) => {
    const seen: string[] = []
    const stream = client['Watch']?.({ service }) as ClientReadableStream<{ status: string }>
    stream.on('data', ({ status }) => seen.push(status))
    const ended = new Promise<number | undefined>((resolve) =>
      stream.on('error', (error) => resolve((error as { code?: number }).code)),
    )
    closing.push(() => stream.cancel())
    return { seen, stream, ended }
  }
  return { call, clock, health, port, watch }
}

describe.each([
  ['node:http2', overHttp2],
  ['@grpc/grpc-js', overGrpcJs],
])('grpc.health.v1 over %s, asked by the official client', (_, start) => {
  it.each([
    ['', 'NOT_SERVING'],
    ['ready', 'NOT_SERVING'],
    ['live', 'SERVING'],
    ['startup', 'NOT_SERVING'],
    ['database', 'NOT_SERVING'],
    ['cache', 'SERVING'],
  ])('Check of %j says %s', async (service, status) => {
    const { call } = await setUp(start)
    expect(await call('Check', { service })).toEqual({ status })
  })

  it('Check of what there is not is NOT_FOUND', async () => {
    const { call } = await setUp(start)
    for (const service of ['nope', '__proto__', 'Ready', 'ü'.repeat(500)]) {
      await expect(call('Check', { service })).rejects.toMatchObject({ code: codes.NOT_FOUND })
    }
  })

  it('E10: List names the probes, and the checks to who has the key', async () => {
    const { call } = await setUp(start)
    const probes = {
      '': { status: 'NOT_SERVING' },
      live: { status: 'SERVING' },
      ready: { status: 'NOT_SERVING' },
      startup: { status: 'NOT_SERVING' },
    }
    expect(await call('List', {})).toEqual({ statuses: probes })
    const metadata = new Metadata()
    metadata.set('x-api-key', KEY)
    expect(await call('List', {}, metadata)).toEqual({
      statuses: { ...probes, database: { status: 'NOT_SERVING' }, cache: { status: 'SERVING' } },
    })
  })

  it('Watch says the status at once and again when it has changed, drain included', async () => {
    const { clock, health, watch } = await setUp(start)
    const { seen } = watch('ready')
    await expect.poll(() => seen).toEqual(['NOT_SERVING'])
    await clock.advance('11s')
    await expect.poll(() => seen).toEqual(['NOT_SERVING', 'SERVING'])
    void health.drain()
    await clock.advance('1s')
    await expect.poll(() => seen).toEqual(['NOT_SERVING', 'SERVING', 'NOT_SERVING'])
  })

  it('Watch of what there is not says SERVICE_UNKNOWN, and goes on when there is', async () => {
    const { clock, health, watch } = await setUp(start)
    const { seen } = watch('mail')
    await expect.poll(() => seen).toEqual(['SERVICE_UNKNOWN'])
    health.register('mail', () => healthy())
    const next = async () => {
      await clock.advance('1s')
      return seen
    }
    await expect.poll(next).toEqual(['SERVICE_UNKNOWN', 'SERVING'])
  })
})

describe('serveGrpc', () => {
  it('over TLS: answers the official client that trusts its certificate, and no other', async () => {
    const [authority, stranger] = [createTestAuthority(), createTestAuthority()]
    const health = createHealth({ checks: { queue: () => healthy() } })
    await using server = await serveGrpc(health, { host: '127.0.0.1', tls: authority.issue('localhost'), keys: [KEY] })
    const ask = (address: string, ca: string, plain = false) => {
      const secure = plain ? credentials.createInsecure() : credentials.createSsl(Buffer.from(ca))
      const client = new Client(`${address}:${server.port}`, secure)
      closing.push(() => client.close())
      const metadata = new Metadata()
      metadata.set('x-api-key', KEY)
      return new Promise((resolve, reject) => {
        client['List']?.({}, metadata, (error: Error | null, answer: unknown) => {
          if (error === null) resolve(answer)
          else reject(error)
        })
      })
    }
    expect(await ask('localhost', authority.ca)).toMatchObject({ statuses: { queue: { status: 'SERVING' } } })
    await expect(ask('localhost', stranger.ca)).rejects.toMatchObject({ code: codes.UNAVAILABLE })
    await expect(ask('127.0.0.1', authority.ca)).rejects.toMatchObject({ code: codes.UNAVAILABLE })
    await expect(ask('localhost', '', true)).rejects.toMatchObject({ code: codes.UNAVAILABLE })
    await health.close()
  })

  it('over TLS: closes soon, also while somebody is connected who never says a word', async () => {
    const tls = createTestAuthority().issue('localhost')
    const server = await serveGrpc(createHealth(), { host: '127.0.0.1', tls })
    const silent = connectTcp(server.port, '127.0.0.1').on('error', () => undefined)
    await once(silent, 'connect')
    await expect(server.close()).resolves.toBeUndefined()
    silent.destroy()
  })

  it('over TLS: Watch goes on, and is told when it ends', async () => {
    const authority = createTestAuthority()
    const health = createHealth({ drainWait: 0, checks: { queue: () => healthy() } })
    const server = await serveGrpc(health, { host: '127.0.0.1', tls: authority.issue('localhost') })
    const client = new Client(`localhost:${server.port}`, credentials.createSsl(Buffer.from(authority.ca)))
    const stream = client['Watch']?.({ service: 'ready' }) as ClientReadableStream<{ status: string }>
    const seen: string[] = []
    stream.on('data', ({ status }) => seen.push(status))
    const ended = new Promise<{ code?: number }>((resolve) => stream.on('error', resolve))
    await expect.poll(() => seen).toEqual(['SERVING'])
    await health.drain()
    await expect.poll(() => seen).toEqual(['SERVING', 'NOT_SERVING'])
    await server.close()
    expect(await ended).toMatchObject({ code: codes.UNAVAILABLE })
    client.close()
    await health.close()
  })

  it('tells watchers UNAVAILABLE when it closes, and frees its port', async () => {
    const health = createHealth({ checks: {} })
    const server = await serveGrpc(health, { host: '127.0.0.1' })
    const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure())
    const stream = client['Watch']?.({ service: '' }) as ClientReadableStream<unknown>
    await new Promise((resolve) => stream.once('data', resolve))
    const ended = new Promise<{ code?: number }>((resolve) => stream.on('error', resolve))
    await Promise.all([server.close(), server.close()])
    expect(await ended).toMatchObject({ code: codes.UNAVAILABLE })
    client.close()
    const again = await serveGrpc(health, { host: '127.0.0.1', port: server.port })
    await expect(serveGrpc(health, { host: '127.0.0.1', port: server.port })).rejects.toThrow('EADDRINUSE')
    await again.close()
    await health.close()
  })

  it.each([
    ['of another method', { ':path': '/grpc.health.v1.Health/Nope' }, Buffer.from([0, 0, 0, 0, 0]), '12'],
    ['that is compressed', {}, Buffer.from([1, 0, 0, 0, 0]), '12'],
    ['that is no message', {}, Buffer.from([0, 0]), '13'],
    ['that ends within a field', {}, Buffer.from([0, 0, 0, 0, 2, 0x0a, 9]), '3'],
    ['that is not UTF-8', {}, Buffer.from([0, 0, 0, 0, 3, 0x0a, 1, 0xff]), '3'],
    ['that is too long', {}, Buffer.alloc(9_000), '8'],
    ['of another content type', { 'content-type': 'text/plain' }, Buffer.alloc(5), undefined],
  ])('refuses a request %s', async (_, headers, body, code) => {
    const health = createHealth({ checks: {} })
    await using server = await serveGrpc(health, { host: '127.0.0.1' })
    const session = connect(`http://127.0.0.1:${server.port}`)
    const fixed = { ':method': 'POST', ':path': '/grpc.health.v1.Health/Check', 'content-type': 'application/grpc' }
    const stream = session.request({ ...fixed, ...headers }).on('error', () => undefined)
    const answer = new Promise<Record<string, unknown>>((resolve) => stream.on('response', resolve))
    stream.end(body)
    expect(await answer).toMatchObject(code === undefined ? { ':status': 415 } : { 'grpc-status': code })
    session.close()
    await health.close()
  })
})

function outcome(bytes: Uint8Array): string {
  try {
    return typeof readCheckRequest(bytes) === 'string' ? 'name' : 'nothing'
  } catch (error) {
    return (error as Error).name
  }
}

describe('readCheckRequest', () => {
  it('reads what protobuf writes, and skips fields that it does not know', () => {
    const write = official['Check']?.requestSerialize as (request: { service: string }) => Buffer
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (service) => {
        expect(readCheckRequest(write({ service }))).toBe(service)
        const more = Buffer.from([0x10, 0x96, 0x01, 0x19, 1, 2, 3, 4, 5, 6, 7, 8, 0x22, 1, 0x41, 0x2d, 1, 2, 3, 4])
        expect(readCheckRequest(Buffer.concat([more, write({ service }), more]))).toBe(service)
      }),
    )
  })

  it('S9: reads any bytes as a name or says why not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(outcome(bytes)).toMatch(/^(name|RangeError|TypeError)$/)
      }),
    )
  })
})
