import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js'
import { HealthImplementation, service } from 'grpc-health-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asker, askOnce, IN_TIME_MS } from '../../../../test/harness/ask.ts'
import { expectFaultsFound, OVER_HTTP } from '../../../../test/harness/expect-check.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { openFaultProxy, type FaultProxy } from '../testing/fault-proxy.ts'
import { createTestAuthority } from '../testing/test-authority.ts'
import { grpc } from './grpc.ts'

const host = '127.0.0.1'
const authority = createTestAuthority()
const { cert, key } = authority.issue(host)
const LONG = `app.${'x'.repeat(200)}`
const STATUSES = {
  '': 'SERVING',
  orders: 'SERVING',
  payments: 'NOT_SERVING',
  mail: 'UNKNOWN',
  [LONG]: 'SERVING',
} as const

const servers: Server[] = []
async function start(server: Server, credentials = ServerCredentials.createInsecure()): Promise<number> {
  servers.push(server)
  return new Promise((resolve, reject) => {
    server.bindAsync(`${host}:0`, credentials, (error, port) => (error === null ? resolve(port) : reject(error)))
  })
}

function realServer(): Server {
  const server = new Server()
  new HealthImplementation(STATUSES).addToServer(server)
  return server
}

type CheckHandler = (call: ServerUnaryCall<unknown, unknown>, callback: sendUnaryData<unknown>) => void
/** A server of grpc-js whose Check does this. */
function answering(Check: CheckHandler): Server {
  const server = new Server()
  server.addService({ Check: service['Check'] } as never, { Check })
  return server
}

let port: number
let silent: FaultProxy
beforeAll(async () => {
  port = await start(realServer())
  silent = await openFaultProxy({ target: { host, port }, mode: 'blackhole' })
})
afterAll(async () => {
  await silent.close()
  for (const server of servers) server.forceShutdown()
})
const at = (each: number): string => `http://${host}:${each}`

describe('grpc, against grpc-js', () => {
  it.each(
    checkConformance({
      name: 'grpc',
      healthy: () => grpc({ url: at(port), metadata: { authorization: 'Bearer hunter2hunter2' } }),
      broken: () => grpc({ url: at(1) }),
      silent: () => grpc({ url: at(silent.port) }),
      secrets: ['hunter2hunter2'],
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it.each([
    ['', 'healthy', undefined],
    ['orders', 'healthy', undefined],
    [LONG, 'healthy', undefined],
    ['payments', 'unhealthy', 'NOT_READY'],
    ['mail', 'unknown', 'REPORTED_UNKNOWN'],
    ['nothing', 'unhealthy', 'NOT_FOUND'],
  ] as const)('the service "%s" is %s', async (name, expected, code) => {
    const result = await askOnce(grpc({ url: at(port), service: name }))
    expect([result.status, result.code]).toEqual([expected, code])
  })

  it('says how long it took, and what is served', async () => {
    const result = await askOnce(grpc({ url: at(port), service: 'orders' }))
    expect(result).toMatchObject({ observed: { unit: 'ms' }, data: { serving: 'SERVING' } })
    expect(result.message).toMatch(/^Health\/Check of orders at 127\.0\.0\.1:\d+ answered in [\d.]+ m?s\.$/)
    const slow = await askOnce(grpc({ url: at(port), degraded: '0ms' }))
    expect(slow).toMatchObject({ status: 'degraded', code: 'SLOW', observed: { unit: 'ms' } })
  })

  it('speaks TLS, and judges who answers', async () => {
    const secure = await start(
      realServer(),
      ServerCredentials.createSsl(null, [{ private_key: Buffer.from(key), cert_chain: Buffer.from(cert) }]),
    )
    const url = `https://${host}:${secure}`
    expect(await askOnce(grpc({ url, tls: { ca: authority.ca } }))).toMatchObject({ status: 'healthy' })
    expect(await askOnce(grpc({ url }))).toMatchObject({ status: 'unhealthy', code: 'TLS_UNTRUSTED' })
  })

  it.each([
    [status.UNAUTHENTICATED, 'AUTH_FAILED'],
    [status.PERMISSION_DENIED, 'AUTH_FAILED'],
    [status.UNAVAILABLE, 'NOT_READY'],
    [status.DEADLINE_EXCEEDED, 'TIMEOUT'],
    [status.INTERNAL, 'QUERY_FAILED'],
  ])('a call that fails with %d is %s', async (code, expected) => {
    const failing = await start(answering((_, callback) => callback({ code, details: 'token=hunter2hunter2' })))
    const result = await askOnce(grpc({ url: at(failing) }))
    expect(result).toMatchObject({ status: 'unhealthy', code: expected })
    expect(JSON.stringify(result)).not.toContain('hunter2')
  })

  it('says so when the server has no health service, or speaks no gRPC', async () => {
    expect(await askOnce(grpc({ url: at(await start(new Server())) }))).toMatchObject({ code: 'PROTOCOL_ERROR' })
    const plain = createServer((_, response) => response.end('hello'))
    await once(plain.listen(0, host), 'listening')
    expect(await askOnce(grpc({ url: at((plain.address() as AddressInfo).port) }))).toMatchObject({
      code: 'PROTOCOL_ERROR',
    })
    plain.close()
  })

  it('E12: marks the hop, sends what it was told to, over one connection, and closes it in the end', async () => {
    const hops: unknown[] = []
    const counting = await start(
      answering(({ metadata }, callback) => {
        hops.push([...metadata.get('health-hop'), ...metadata.get('x-a')])
        callback(null, { status: 'SERVING' })
      }),
    )
    await using proxy = await openFaultProxy({ target: { host, port: counting } })
    const check = grpc({ url: at(proxy.port), metadata: { 'x-a': 'b' } })
    const ask = asker(check)
    for (let run = 0; run < 5; run++) expect((await ask()).value.status).toBe('healthy')
    expect(hops).toEqual(Array.from({ length: 5 }, () => ['1', 'b']))
    expect(proxy.taken).toBe(1)
    await check.close?.()
    await expect.poll(() => proxy.open).toBe(0)
  })

  it('gives up the connection that hung, and not the one that the next run made', async () => {
    await using proxy = await openFaultProxy({ target: { host, port } })
    const check = grpc({ url: at(proxy.port) })
    for (let round = 0; round < 3; round++) {
      await proxy.set('blackhole')
      expect((await asker(check, 100)()).value).toMatchObject({ code: 'TIMEOUT' })
      await proxy.set('pass')
      expect((await asker(check, IN_TIME_MS)()).value).toMatchObject({ status: 'healthy' })
    }
    await check.close?.()
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    await expectFaultsFound({ server: { host, port }, check: (each) => grpc({ url: at(each) }) }, OVER_HTTP)
  })

  it('refuses what cannot work, all at once', () => {
    expect(() => grpc({ url: 'dns:///a', metadata: { ':path': '/x' } })).toThrow(
      /url: must be.*\n.*metadata: has a name/,
    )
  })
})
