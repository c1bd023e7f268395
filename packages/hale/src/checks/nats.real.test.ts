import { connect } from '@nats-io/transport-node'
import { connect as connect2 } from 'nats'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asker, askOnce } from '../../../../test/harness/ask.ts'
import { meetFaults } from '../../../../test/harness/meet-faults.ts'
import { startNats } from '../../../../test/harness/nats.ts'
import type { RealServer } from '../../../../test/harness/server.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { openFaultProxy, type FaultProxy } from '../testing/fault-proxy.ts'
import { nats } from './nats.ts'

const secret = 'hunter2hunter2'
let server: RealServer
let silent: FaultProxy
beforeAll(async () => {
  server = await startNats({ password: secret })
  silent = await openFaultProxy({ target: server, mode: 'blackhole' })
})
afterAll(async () => {
  await silent.close()
  await server.stop()
})

const through = (port: number): string => server.url.replace(/:\d+$/, `:${port}`)

describe('nats, by URL', () => {
  it.each(
    checkConformance({
      name: 'nats',
      healthy: () => nats(server.url),
      broken: () => nats(through(1)),
      silent: () => nats(through(silent.port)),
      secrets: [secret],
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('says how long it took, and where', async () => {
    const result = await askOnce(nats(server.url))
    expect(result).toMatchObject({ status: 'healthy', observed: { unit: 'ms' } })
    expect(result.message).toMatch(/^PING at 127\.0\.0\.1:\d+ answered in [\d.]+ ms\.$/)
  })

  it('takes a user name without a password for a token', async () => {
    await using open = await startNats()
    expect(await askOnce(nats(open.url.replace('//', '//token@')))).toMatchObject({ status: 'healthy' })
  })

  it.each([
    ['the password is wrong', () => server.url.replace(secret, 'wrong'), 'AUTH_FAILED'],
    ['the password lacks', () => `nats://127.0.0.1:${server.port}`, 'AUTH_FAILED'],
    ['nothing listens', () => through(1), 'CONNECTION_REFUSED'],
    ['the name does not exist', () => 'nats://no-such-name.invalid', /^DNS_/],
  ])('says so when %s', async (_, url, code) => {
    const result = await askOnce(nats(url()))
    expect(result.status).toBe('unhealthy')
    expect(result.code).toMatch(code)
    expect(result.message).not.toContain('wrong')
  })

  it('E12: keeps one connection, and gives it back in the end', async () => {
    await using proxy = await openFaultProxy({ target: server })
    const check = nats(through(proxy.port))
    const ask = asker(check)
    for (let run = 0; run < 5; run++) expect((await ask()).value.status).toBe('healthy')
    expect(proxy.taken).toBe(1)
    await check.close?.()
    await expect.poll(() => proxy.open).toBe(0)
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    const codes = await meetFaults({ server, check: (port) => nats(through(port)) })
    expect(Object.values(codes)).not.toContain('not detected')
    expect(codes).toMatchObject({ reset: 'CONNECTION_RESET', 'black hole': 'TIMEOUT', slow: 'TIMEOUT' })
  })

  it('E3: is answered in time while the server is stopped in its tracks', async () => {
    const check = nats(server.url)
    const ask = asker(check, 300)
    await ask()
    server.pause()
    expect((await ask()).value).toMatchObject({ status: 'unhealthy', code: 'TIMEOUT' })
    server.resume()
    await expect.poll(async () => (await ask()).value.status).toBe('healthy')
    await check.close?.()
  })
})

const clients = {
  '@nats-io/transport-node': connect,
  'nats 2': connect2,
}

describe.each(Object.entries(clients))("nats, through the app's own connection of %s", (_, open) => {
  const toPort = (port: number) =>
    open({ servers: `127.0.0.1:${port}`, user: 'hale', pass: secret, reconnectTimeWait: 20, maxReconnectAttempts: -1 })

  it('is answered, and says that it was closed', async () => {
    const connection = await toPort(server.port)
    expect(await askOnce(nats(connection, { where: 'events' }))).toMatchObject({
      status: 'healthy',
      message: expect.stringMatching(/^PING at events answered/),
    })
    await connection.close()
    expect(await askOnce(nats(connection))).toMatchObject({ status: 'unhealthy', code: 'CONNECTION_FAILED' })
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    const connections: { close(): Promise<void> }[] = []
    const codes = await meetFaults({
      server,
      lasting: 'garbage', // both clients stop reading for good
      async check(port) {
        const connection = await toPort(port)
        connections.push(connection)
        return nats(connection)
      },
    })
    expect(Object.values(codes)).not.toContain('not detected')
    expect(codes).toMatchObject({ 'black hole': 'TIMEOUT', slow: 'TIMEOUT' })
    for (const connection of connections) await connection.close()
  })
})

it('nats refuses what is neither client nor URL', () => {
  expect(() => nats({} as never)).toThrow(HealthSetupError)
  expect(() => nats('http://u:secret@x')).toThrow(/source: the URL must begin with nats:\/\/ or tls:\/\//)
  expect(() => nats('http://u:secret@x')).not.toThrow(/secret/)
})
