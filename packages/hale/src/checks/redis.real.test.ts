import { Redis as IoRedis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asker, askOnce } from '../../../../test/harness/ask.ts'
import {
  CONNECTION_LOST,
  endingWith,
  expectAnswerWhileStopped,
  expectConnectionReplaced,
  expectFaultsFound,
} from '../../../../test/harness/expect-check.ts'
import { startRedis } from '../../../../test/harness/redis.ts'
import type { RealServer } from '../../../../test/harness/server.ts'
import { useServer } from '../../../../test/harness/use-server.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { openFaultProxy } from '../testing/fault-proxy.ts'
import { redis } from './redis.ts'

const secret = 'hunter2hunter2'
const real = useServer(() => startRedis({ password: secret }))

const through = (port: number): string => real.server.url.replace(/:\d+$/, `:${port}`)

describe('redis, by URL', () => {
  it.each(
    checkConformance({
      name: 'redis',
      healthy: () => redis(real.server.url),
      broken: () => redis(through(1)),
      silent: () => redis(through(real.silent.port)),
      secrets: [secret],
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('says how long it took, and where', async () => {
    const result = await askOnce(redis(real.server.url))
    expect(result).toMatchObject({ status: 'healthy', observed: { unit: 'ms' } })
    expect(result.message).toMatch(/^PING at 127\.0\.0\.1:\d+ answered in [\d.]+ m?s\.$/)
    const slow = await askOnce(redis(real.server.url, { degraded: '0ms' }))
    expect(slow).toMatchObject({ status: 'degraded', code: 'SLOW', observed: { unit: 'ms' } })
  })

  it.each([
    ['the password is wrong', () => real.server.url.replace(secret, 'wrong'), 'AUTH_FAILED'],
    ['the password lacks', () => `redis://127.0.0.1:${real.server.port}`, 'AUTH_FAILED'],
    ['nothing listens', () => through(1), 'CONNECTION_REFUSED'],
    ['the name does not exist', () => 'redis://no-such-name.invalid', /^DNS_/],
  ])('says so when %s', async (_, url, code) => {
    const result = await askOnce(redis(url()))
    expect(result.status).toBe('unhealthy')
    expect(result.code).toMatch(code)
    expect(result.message).not.toContain('wrong')
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    const check = (port: number) => redis(through(port))
    // The client lets go of what it cannot read.
    await expectFaultsFound({ server: real.server, check }, { reset: 'CONNECTION_RESET', garbage: 'CONNECTION_FAILED' })
  })

  it('E12: asks over one connection, has another one when that broke, and none in the end', async () => {
    await expectConnectionReplaced(real.server, (port) => redis(through(port)))
  })

  it('E3: is answered in time while the server is stopped in its tracks', async () => {
    await expectAnswerWhileStopped(real.server, redis(real.server.url), 500)
  })
})

const clients = {
  async 'node-redis'(url: string) {
    const client = createClient({ url, socket: { reconnectStrategy: 20 } })
    client.on('error', () => {})
    await client.connect()
    return { client, end: () => client.destroy() }
  },
  async ioredis(url: string) {
    const client = new IoRedis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null })
    client.on('error', () => {})
    await client.ping()
    return { client, end: () => client.disconnect() }
  },
}

describe.each(Object.entries(clients))('redis, through an own client of %s', (_name, open) => {
  it('is answered', async () => {
    const { client, end } = await open(real.server.url)
    const found = await askOnce(redis(client))
    expect(found).toMatchObject({ status: 'healthy', observed: { unit: 'ms' } })
    expect(found.message).toContain(`PING at 127.0.0.1:${real.server.port} `)
    end()
    expect(await askOnce(redis(client))).toMatchObject({ status: 'unhealthy', code: 'CONNECTION_FAILED' })
  })

  it('E1: says that the client is not connected, queues one ping only, and is back with it', async () => {
    await using proxy = await openFaultProxy({ target: real.server })
    const { client, end } = await open(through(proxy.port))
    let pings = 0
    const counting = new Proxy(client, {
      get(target, key) {
        if (key === 'ping') pings++
        const value: unknown = Reflect.get(target, key, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const ask = asker(redis(counting, { where: 'cache' }), 300)
    await proxy.set('refuse')
    await expect
      .poll(async () => (await ask()).value)
      .toMatchObject({
        code: 'CONNECTION_FAILED',
        message: expect.stringMatching(/^The client is not connected to cache/),
      })
    const before = pings
    await ask()
    await ask()
    // After three times as long as it may take it is taken for lost, which on a machine that stands still may be now.
    expect(pings).toBeLessThanOrEqual(before + 1)
    await proxy.set('pass')
    await expect.poll(async () => (await ask()).value.status).toBe('healthy')
    end()
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    await expectFaultsFound(
      {
        server: real.server,
        lasting: 'garbage',
        async check(port) {
          const { client, end } = await open(through(port))
          return endingWith(redis(client), end)
        },
      },
      CONNECTION_LOST,
    )
  })

  it('E3: is answered in time while the server is stopped in its tracks', async () => {
    const { client, end } = await open(real.server.url)
    const ask = asker(redis(client), 300)
    await expect.poll(async () => (await ask()).value.status).toBe('healthy')
    {
      using _ = await real.server.pause()
      const { value } = await ask()
      expect(value).toMatchObject({ code: 'TIMEOUT', message: expect.stringMatching(/^No answer to/) })
    }
    await expect.poll(async () => (await ask()).value.status).toBe('healthy')
    end()
  })
})

describe('redis, its memory and replication', () => {
  let primary: RealServer
  beforeAll(async () => {
    primary = await startRedis()
  })
  afterAll(() => primary.stop())

  it.each(Object.entries(clients))('says how much of its memory is used, through %s', async (_, open) => {
    const { client, end } = await open(primary.url)
    const limits = { memoryDegraded: '50%', memoryUnhealthy: '99.9%', where: 'cache' } as const
    const admin = new IoRedis(primary.url)
    await admin.config('SET', 'maxmemory', '0')
    expect(await askOnce(redis(client, limits))).toMatchObject({ status: 'healthy' })
    const [, used = ''] = /used_memory:(\d+)/.exec(await admin.info('memory')) ?? []
    await admin.config('SET', 'maxmemory', String(Math.round(Number(used) * 1.5)))
    expect(await askOnce(redis(client, limits))).toMatchObject({
      status: 'degraded',
      code: 'MEMORY_FULL',
      message: expect.stringMatching(
        /^[\d.]+ MB of [\d.]+ MB are used at cache, and the policy is noeviction \([\d.]+ %\)/,
      ),
      observed: { unit: '%' },
      data: { usedBytes: expect.any(Number), maxBytes: expect.any(Number) },
    })
    await admin.config('SET', 'maxmemory', '0')
    admin.disconnect()
    end()
  })

  it('tells primary from replica, and whether the replica follows', async () => {
    await using primary = await startRedis()
    await using replica = await startRedis({ replicaOf: primary })
    expect(await askOnce(redis(primary.url, { role: 'primary' }))).toMatchObject({ status: 'healthy' })
    expect(await askOnce(redis(primary.url, { role: 'replica' }))).toMatchObject({
      code: 'WRONG_ROLE',
      observed: { value: 'primary' },
    })
    const check = redis(replica.url, { role: 'replica', lagUnhealthy: '1m' })
    const ask = asker(check)
    await expect
      .poll(async () => (await ask()).value)
      .toMatchObject({ status: 'healthy', data: { role: 'replica', lagMs: expect.any(Number) } })
    await primary.stop()
    await expect.poll(async () => (await ask()).value.code).toBe('REPLICATION_STOPPED')
    await check.close?.()
  })
})

it('redis refuses what is neither client nor URL', () => {
  expect(() => redis({} as never)).toThrow(HealthSetupError)
  expect(() => redis('http://u:secret@x')).toThrow(/source: the URL must begin with redis/)
  const without = { ping: () => Promise.resolve('PONG') }
  expect(() => redis(without, { memoryDegraded: '80%' })).toThrow(/memoryDegraded: needs a client with an info method/)
  expect(() => redis('redis://x', { memoryDegraded: '5GB' })).toThrow(/memoryDegraded: "5GB" is not a share/)
})
