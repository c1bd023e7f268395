import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import memjs from 'memjs'
import { describe, expect, it } from 'vitest'
import { asker, askOnce } from '../../../../test/harness/ask.ts'
import {
  endingWith,
  expectAnswerWhileStopped,
  expectFaultsFound,
  expectOneConnection,
  TOLD_APART,
} from '../../../../test/harness/expect-check.ts'
import { startMemcached } from '../../../../test/harness/memcached.ts'
import { useServer } from '../../../../test/harness/use-server.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { memcached } from './memcached.ts'

const real = useServer(() => startMemcached())

const at = (port: number): string => `memcached://127.0.0.1:${port}`

describe('memcached, by URL', () => {
  it.each(
    checkConformance({
      name: 'memcached',
      healthy: () => memcached(real.server.url),
      broken: () => memcached(at(1)),
      silent: () => memcached(at(real.silent.port)),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('says how long it took, where, and which version', async () => {
    const result = await askOnce(memcached(real.server.url))
    expect(result).toMatchObject({ observed: { unit: 'ms' }, data: { version: expect.stringMatching(/^1\.\d+\.\d+/) } })
    expect(result.message).toMatch(/^version at 127\.0\.0\.1:\d+ answered in [\d.]+ m?s\.$/)
    const slow = await askOnce(memcached(real.server.url, { degraded: '0ms' }))
    expect(slow).toMatchObject({ status: 'degraded', code: 'SLOW', observed: { unit: 'ms' } })
  })

  it('E12: keeps one connection, and gives it back in the end', async () => {
    await expectOneConnection(real.server, (port) => memcached(at(port)))
  })

  it.each([
    ['nothing listens', () => at(1), 'CONNECTION_REFUSED'],
    ['the name does not exist', () => 'memcached://no-such-name.invalid', /^DNS_/],
  ])('says so when %s', async (_, url, code) => {
    expect((await askOnce(memcached(url()))).code).toMatch(code)
  })

  it('says so when something else listens, and keeps no connection to it', async () => {
    const other = createServer((socket) => {
      socket.resume().on('error', () => {})
      socket.write(`220 ${'x'.repeat(10_000)}\r\n`)
    }).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const check = memcached(at((other.address() as AddressInfo).port))
    expect((await asker(check)()).value).toMatchObject({ code: 'PROTOCOL_ERROR' })
    await expect.poll(() => new Promise((resolve) => other.getConnections((_, count) => resolve(count)))).toBe(0)
    other.close()
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    await expectFaultsFound({ server: real.server, check: (port) => memcached(at(port)) }, TOLD_APART)
  })

  it('E3: is answered in time while the server is stopped in its tracks', async () => {
    await expectAnswerWhileStopped(real.server, memcached(real.server.url))
  })
})

describe("memcached, through the app's own client of memjs", () => {
  // The client takes a server for dead for a minute after a failure unless told otherwise.
  const open = (port: number, seconds = 0.5) =>
    memjs.Client.create(`127.0.0.1:${port}`, { failoverTime: 0, timeout: seconds, logger: { log() {} } })

  it('is answered for a key that does not exist', async () => {
    const client = open(real.server.port, 10)
    const result = await askOnce(memcached(client, { where: 'sessions', key: 'health' }))
    expect(result).toMatchObject({
      status: 'healthy',
      message: expect.stringMatching(/^get health at sessions answered/),
    })
    client.close()
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    await expectFaultsFound({
      server: real.server,
      timeoutMs: 150,
      lasting: 'garbage', // memjs 1.3.2 keeps what it could not read, and reads nothing after it
      check(port) {
        const client = open(port)
        return endingWith(memcached(client), () => client.close())
      },
    })
  })
})

it('memcached refuses what is neither client nor URL, and a key that cannot be', () => {
  expect(() => memcached({} as never)).toThrow(HealthSetupError)
  expect(() => memcached('redis://u:secret@x')).toThrow(/source: the URL must begin with memcached:\/\//)
  expect(() => memcached('redis://u:secret@x')).not.toThrow(/secret/)
  expect(() => memcached('memcached://x', { key: 'a\r\nflush_all' })).toThrow(/key: must be/)
})
