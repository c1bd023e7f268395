import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import memjs from 'memjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asker, askOnce } from '../../../../test/harness/ask.ts'
import { meetFaults } from '../../../../test/harness/meet-faults.ts'
import { startMemcached } from '../../../../test/harness/memcached.ts'
import type { RealServer } from '../../../../test/harness/server.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { openFaultProxy, type FaultProxy } from '../testing/fault-proxy.ts'
import { memcached } from './memcached.ts'

let server: RealServer
let silent: FaultProxy
beforeAll(async () => {
  server = await startMemcached()
  silent = await openFaultProxy({ target: server, mode: 'blackhole' })
})
afterAll(async () => {
  await silent.close()
  await server.stop()
})

const at = (port: number): string => `memcached://127.0.0.1:${port}`

describe('memcached, by URL', () => {
  it.each(
    checkConformance({
      name: 'memcached',
      healthy: () => memcached(server.url),
      broken: () => memcached(at(1)),
      silent: () => memcached(at(silent.port)),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('says how long it took, where, and which version', async () => {
    const result = await askOnce(memcached(server.url))
    expect(result).toMatchObject({ observed: { unit: 'ms' }, data: { version: expect.stringMatching(/^1\.\d+\.\d+/) } })
    expect(result.message).toMatch(/^version at 127\.0\.0\.1:\d+ answered in [\d.]+ ms\.$/)
  })

  it('E12: keeps one connection, and gives it back in the end', async () => {
    await using proxy = await openFaultProxy({ target: server })
    const check = memcached(at(proxy.port))
    const ask = asker(check)
    for (let run = 0; run < 5; run++) expect((await ask()).value.status).toBe('healthy')
    expect(proxy.taken).toBe(1)
    await check.close?.()
    await expect.poll(() => proxy.open).toBe(0)
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
    expect(await meetFaults({ server, check: (port) => memcached(at(port)) })).toEqual({
      refuse: expect.stringMatching(/^CONNECTION_RE/),
      reset: 'CONNECTION_RESET',
      'black hole': 'TIMEOUT',
      garbage: 'PROTOCOL_ERROR',
      'half close': 'CONNECTION_RESET',
      slow: 'TIMEOUT',
    })
  })

  it('E3: is answered in time while the server is stopped in its tracks', async () => {
    const check = memcached(server.url)
    const ask = asker(check, 300)
    await ask()
    server.pause()
    expect((await ask()).value).toMatchObject({ status: 'unhealthy', code: 'TIMEOUT' })
    server.resume()
    await expect.poll(async () => (await ask()).value.status).toBe('healthy')
    await check.close?.()
  })
})

describe("memcached, through the app's own client of memjs", () => {
  // The client takes a server for dead for a minute after a failure unless told otherwise.
  const open = (port: number) => memjs.Client.create(`127.0.0.1:${port}`, { failoverTime: 0, logger: { log() {} } })

  it('is answered for a key that does not exist', async () => {
    const client = open(server.port)
    const result = await askOnce(memcached(client, { where: 'sessions', key: 'health' }))
    expect(result).toMatchObject({
      status: 'healthy',
      message: expect.stringMatching(/^get health at sessions answered/),
    })
    client.close()
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    const clients: { close(): void }[] = []
    const codes = await meetFaults({
      server,
      timeoutMs: 150,
      lasting: 'garbage', // memjs 1.3.2 keeps what it could not read, and reads nothing after it
      check(port) {
        const client = open(port)
        clients.push(client)
        return memcached(client)
      },
    })
    expect(Object.values(codes)).not.toContain('not detected')
    expect(codes).toMatchObject({ 'black hole': 'TIMEOUT', slow: 'TIMEOUT' })
    for (const client of clients) client.close()
  })
})

it('memcached refuses what is neither client nor URL, and a key that cannot be', () => {
  expect(() => memcached({} as never)).toThrow(HealthSetupError)
  expect(() => memcached('redis://u:secret@x')).toThrow(/source: the URL must begin with memcached:\/\//)
  expect(() => memcached('redis://u:secret@x')).not.toThrow(/secret/)
  expect(() => memcached('memcached://x', { key: 'a\r\nflush_all' })).toThrow(/key: must be/)
})
