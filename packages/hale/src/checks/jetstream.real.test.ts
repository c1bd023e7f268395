import { AckPolicy, jetstream as jetstreamClient, jetstreamManager } from '@nats-io/jetstream'
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
import { jetstream, type JetstreamManager } from './jetstream.ts'

const secret = 'hunter2hunter2'
const mailer = { stream: 'shop', consumer: 'mailer' } as const
let server: RealServer
let silent: FaultProxy
let app: Awaited<ReturnType<typeof connect>>
let manager: Awaited<ReturnType<typeof jetstreamManager>>
beforeAll(async () => {
  server = await startNats({ password: secret })
  silent = await openFaultProxy({ target: server, mode: 'blackhole' })
  app = await connect({ servers: `127.0.0.1:${server.port}`, user: 'hale', pass: secret })
  manager = await jetstreamManager(app)
  await manager.streams.add({ name: 'shop', subjects: ['shop.>'] })
  await manager.consumers.add('shop', {
    durable_name: 'mailer',
    ack_policy: AckPolicy.Explicit,
    filter_subject: 'shop.mail',
  })
})
afterAll(async () => {
  await app.close()
  await silent.close()
  await server.stop()
})

const through = (port: number): string => server.url.replace(/:\d+$/, `:${port}`)

describe('jetstream, by URL', () => {
  it.each(
    checkConformance({
      name: 'jetstream',
      healthy: () => jetstream(server.url, mailer),
      broken: () => jetstream(through(1), mailer),
      silent: () => jetstream(through(silent.port), mailer),
      secrets: [secret],
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it.each([
    ['the stream does not exist', () => jetstream(server.url, { ...mailer, stream: 'none' }), 'NOT_FOUND'],
    ['the consumer does not exist', () => jetstream(server.url, { ...mailer, consumer: 'none' }), 'NOT_FOUND'],
    ['the password is wrong', () => jetstream(server.url.replace(secret, 'wrong'), mailer), 'AUTH_FAILED'],
    ['nothing listens', () => jetstream(through(1), mailer), 'CONNECTION_REFUSED'],
  ])('says so when %s', async (_, check, code) => {
    const result = await askOnce(check())
    expect(result).toMatchObject({ status: 'unhealthy', code })
    expect(result.message).toMatch(/ (at|by) 127\.0\.0\.1:\d+[ .]/)
    expect(result.message).not.toContain('wrong')
  })

  it('E12: keeps one connection, and gives it back in the end', async () => {
    await using proxy = await openFaultProxy({ target: server })
    const check = jetstream(through(proxy.port), mailer)
    const ask = asker(check)
    for (let run = 0; run < 5; run++) expect((await ask()).value.status).toBe('healthy')
    expect(proxy.taken).toBe(1)
    await check.close?.()
    await expect.poll(() => proxy.open).toBe(0)
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    const codes = await meetFaults({ server, check: (port) => jetstream(through(port), mailer) })
    expect(Object.values(codes)).not.toContain('not detected')
    expect(Object.values(codes)).not.toContain('CHECK_THREW')
    expect(codes).toMatchObject({ 'black hole': 'TIMEOUT', slow: 'TIMEOUT' })
  })
})

describe("jetstream, through the app's own manager", () => {
  const managers: Record<string, () => Promise<{ manager: JetstreamManager; end: () => Promise<void> }>> = {
    '@nats-io/jetstream': async () => ({ manager, end: async () => {} }),
    async 'nats 2'() {
      const connection = await connect2({ servers: `127.0.0.1:${server.port}`, user: 'hale', pass: secret })
      return { manager: await connection.jetstreamManager(), end: () => connection.close() }
    },
  }

  it.each(Object.entries(managers))('judges what waits and for how long, through %s', async (_, open) => {
    const { manager: own, end } = await open()
    const ask = (limits: object) => askOnce(jetstream(own, { ...mailer, ...limits, where: 'events' }))
    await manager.streams.purge('shop')
    expect(await ask({ pendingDegraded: 0, ageDegraded: 1 })).toMatchObject({
      status: 'healthy',
      message: '0 messages wait for shop/mailer at events.',
      observed: { value: 0, unit: 'messages' },
    })
    app.publish('shop.other', 'is not for it')
    for (let count = 0; count < 3; count++) app.publish('shop.mail', String(count))
    await app.flush()
    await expect.poll(async () => (await manager.consumers.info('shop', 'mailer')).num_pending).toBe(3)
    const { data } = await ask({ pendingDegraded: 3, ageDegraded: '1h' })
    expect(data).toEqual({ pending: 3, unacknowledged: 0, redelivered: 0, oldestMs: expect.any(Number) })
    expect(await ask({ pendingDegraded: 2 })).toMatchObject({
      status: 'degraded',
      code: 'CONSUMER_LAG',
      message: expect.stringMatching(/^3 messages wait for shop\/mailer at events, limit 2\. /),
      observed: { value: 3, unit: 'messages' },
    })
    expect(await ask({ pendingDegraded: 1, pendingUnhealthy: 2 })).toMatchObject({ status: 'unhealthy' })
    await expect
      .poll(() => ask({ ageUnhealthy: '20ms' }))
      .toMatchObject({ status: 'unhealthy', code: 'CONSUMER_LAG', observed: { unit: 'ms' } })
    await end()
  })

  it('sees a message that was delivered and never acknowledged', async () => {
    await manager.streams.purge('shop')
    app.publish('shop.mail', 'stuck')
    await app.flush()
    const taken = await (await jetstreamClient(app).consumers.get('shop', 'mailer')).next()
    expect(taken?.string()).toBe('stuck')
    const result = async () => askOnce(jetstream(manager, { ...mailer, pendingDegraded: 0, ageDegraded: '20ms' }))
    await expect.poll(result).toMatchObject({
      status: 'degraded',
      code: 'CONSUMER_LAG',
      message: expect.stringMatching(
        /^The oldest message that shop\/mailer at 127\.0\.0\.1:\d+ has not acknowledged waits for /,
      ),
      data: { pending: 0, unacknowledged: 1 },
    })
  })

  it('says that the connection was closed', async () => {
    const other = await connect({ servers: `127.0.0.1:${server.port}`, user: 'hale', pass: secret })
    const check = jetstream(await jetstreamManager(other), mailer)
    await other.close()
    expect(await askOnce(check)).toMatchObject({ status: 'unhealthy', code: 'CONNECTION_FAILED' })
  })
})

it('jetstream refuses what cannot work', () => {
  expect(() => jetstream({} as never, mailer)).toThrow(HealthSetupError)
  expect(() => jetstream('http://u:secret@x', mailer)).toThrow(/source: the URL must begin with nats:\/\/ or tls:\/\//)
  expect(() => jetstream('nats://x', { stream: 'a.b', consumer: '' })).toThrow(/stream: must be a name/)
  expect(() => jetstream('nats://x', { ...mailer, pendingDegraded: -1 })).toThrow(/pendingDegraded: -1 is not a number/)
  expect(() => jetstream('nats://x', { ...mailer, ageDegraded: 'old' })).toThrow(/ageDegraded: "old" is not a/)
})
