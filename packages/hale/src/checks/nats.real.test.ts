import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { connect } from '@nats-io/transport-node'
import { connect as connect2 } from 'nats'
import { describe, expect, it } from 'vitest'
import { askOnce } from '../../../../test/harness/ask.ts'
import {
  endingWith,
  expectAnswerWhileStopped,
  expectFaultsFound,
  expectOneConnection,
} from '../../../../test/harness/expect-check.ts'
import { startNats } from '../../../../test/harness/nats.ts'
import { useServer } from '../../../../test/harness/use-server.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { nats } from './nats.ts'

const secret = 'hunter2hunter2'
const real = useServer(() => startNats({ password: secret }))

const through = (port: number): string => real.server.url.replace(/:\d+$/, `:${port}`)

describe('nats, by URL', () => {
  it.each(
    checkConformance({
      name: 'nats',
      healthy: () => nats(real.server.url),
      broken: () => nats(through(1)),
      silent: () => nats(through(real.silent.port)),
      secrets: [secret],
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('says how long it took, and where', async () => {
    const result = await askOnce(nats(real.server.url))
    expect(result).toMatchObject({ status: 'healthy', observed: { unit: 'ms' } })
    expect(result.message).toMatch(/^PING at 127\.0\.0\.1:\d+ answered in [\d.]+ m?s\.$/)
    const slow = await askOnce(nats(real.server.url, { degraded: '0ms' }))
    expect(slow).toMatchObject({ status: 'degraded', code: 'SLOW', observed: { unit: 'ms' } })
  })

  it('takes a user name without a password for a token', async () => {
    await using open = await startNats()
    expect(await askOnce(nats(open.url.replace('//', '//token@')))).toMatchObject({ status: 'healthy' })
  })

  it.each([
    ['the password is wrong', () => real.server.url.replace(secret, 'wrong'), 'AUTH_FAILED'],
    ['the password lacks', () => `nats://127.0.0.1:${real.server.port}`, 'AUTH_FAILED'],
    ['nothing listens', () => through(1), 'CONNECTION_REFUSED'],
    ['the name does not exist', () => 'nats://no-such-name.invalid', /^DNS_/],
  ])('says so when %s', async (_, url, code) => {
    const result = await askOnce(nats(url()))
    expect(result.status).toBe('unhealthy')
    expect(result.code).toMatch(code)
    expect(result.message).not.toContain('wrong')
  })

  it('E12: keeps one connection, and gives it back in the end', async () => {
    await expectOneConnection(real.server, (port) => nats(through(port)))
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    await expectFaultsFound(
      { server: real.server, check: (port) => nats(through(port)) },
      { reset: 'CONNECTION_RESET', slow: 'TIMEOUT' },
    )
  })

  it('E3: is answered in time while the server is stopped in its tracks', async () => {
    await expectAnswerWhileStopped(real.server, nats(real.server.url))
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
    const connection = await toPort(real.server.port)
    expect(await askOnce(nats(connection, { where: 'events' }))).toMatchObject({
      status: 'healthy',
      message: expect.stringMatching(/^PING at events answered/),
    })
    await connection.close()
    expect(await askOnce(nats(connection))).toMatchObject({ status: 'unhealthy', code: 'CONNECTION_FAILED' })
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    await expectFaultsFound({
      server: real.server,
      lasting: 'garbage', // both clients stop reading for good
      async check(port) {
        const connection = await toPort(port)
        return endingWith(nats(connection), () => connection.close())
      },
    })
  })
})

it('nats refuses what is neither client nor URL', () => {
  expect(() => nats({} as never)).toThrow(HealthSetupError)
  expect(() => nats('http://u:secret@x')).toThrow(/source: the URL must begin with nats:\/\/ or tls:\/\//)
  expect(() => nats('http://u:secret@x')).not.toThrow(/secret/)
})

it.each(['HTTP/1.1 400 Bad Request\r\n\r\n', '-ERR unknown command\r\n', 'INFO {no\r\n'])(
  'says of %j that it is no NATS',
  async (answer) => {
    await using server = createServer((socket) =>
      socket
        .on('error', () => undefined)
        .resume()
        .end(answer),
    )
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    expect(await askOnce(nats(`nats://127.0.0.1:${port}`))).toMatchObject({
      status: 'unhealthy',
      code: 'PROTOCOL_ERROR',
    })
  },
)
