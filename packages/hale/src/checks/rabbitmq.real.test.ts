import { connect as connectManaged } from 'amqp-connection-manager'
import { connect, type ChannelModel } from 'amqplib'
import { Connection } from 'rabbitmq-client'
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest'
import { asker, askOnce, IN_TIME_MS } from '../../../../test/harness/ask.ts'
import {
  CONNECTION_LOST,
  endingWith,
  expectAnswerWhileStopped,
  expectFaultsFound,
  TOLD_APART,
} from '../../../../test/harness/expect-check.ts'
import { startRabbitmq } from '../../../../test/harness/rabbitmq.ts'
import { useServer } from '../../../../test/harness/use-server.ts'
import { oldestMessage } from '../../test/recipes/oldest-message.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { openFaultProxy } from '../testing/fault-proxy.ts'
import { createTestAuthority } from '../testing/test-authority.ts'
import { openTlsTerminator } from '../testing/tls-terminator.ts'
import { rabbitmq, type RabbitmqClient } from './rabbitmq.ts'

const secret = 'hunter2hunter2'
const real = useServer(() => startRabbitmq({ password: secret }))
let app: ChannelModel
let channel: Awaited<ReturnType<ChannelModel['createChannel']>>
beforeAll(async () => {
  app = await connect(real.server.url)
  channel = await app.createChannel()
})
afterAll(() => app.close())

const through = (port: number): string => real.server.url.replace(/:\d+$/, `:${port}`)
const clearAlarm = (resource: 'disk' | 'memory') =>
  real.server.evaluate(`rabbit_alarm:clear_alarm({resource_limit, ${resource}, node()}).`)
/** A test that is tried again finds the queue as the first try did. */
const deleteIfFailed = (queue: string): void => onTestFailed(async () => void (await channel.deleteQueue(queue)))

describe('rabbitmq, by URL', () => {
  it.each(
    checkConformance({
      name: 'rabbitmq',
      healthy: () => rabbitmq(real.server.url),
      broken: () => rabbitmq(through(1)),
      silent: () => rabbitmq(through(real.silent.port)),
      secrets: [secret],
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('says how long it took, and where', async () => {
    const result = await askOnce(rabbitmq(real.server.url))
    expect(result).toMatchObject({ status: 'healthy', observed: { unit: 'ms' } })
    expect(result.message).toMatch(/^basic\.qos at 127\.0\.0\.1:\d+ answered in [\d.]+ m?s\.$/)
    const slow = await askOnce(rabbitmq(real.server.url, { degraded: '0ms' }))
    expect(slow).toMatchObject({ status: 'degraded', code: 'SLOW', observed: { unit: 'ms' } })
  })

  it('speaks TLS to amqps://', async () => {
    const authority = createTestAuthority()
    const secure = await openTlsTerminator(real.server, authority.issue('localhost'))
    const url = `amqps://hale:${secret}@localhost:${secure.port}`
    expect(await askOnce(rabbitmq(url, { tls: { ca: authority.ca } }))).toMatchObject({ status: 'healthy' })
    expect(await askOnce(rabbitmq(url))).toMatchObject({ status: 'unhealthy', code: 'TLS_UNTRUSTED' })
    await secure.close()
  })

  it.each([
    ['the password is wrong', () => real.server.url.replace(secret, 'wrong'), 'AUTH_FAILED'],
    ['the virtual host does not exist', () => `${real.server.url}/nope`, 'NOT_FOUND'],
    ['nothing listens', () => through(1), 'CONNECTION_REFUSED'],
    ['the name does not exist', () => 'amqp://no-such-name.invalid', /^DNS_/],
  ])('says so when %s', async (_, url, code) => {
    const result = await askOnce(rabbitmq(url()))
    expect(result.status).toBe('unhealthy')
    expect(result.code).toMatch(code)
    expect(result.message).not.toContain('wrong')
  })

  it('E12: keeps one connection, also when there is no such queue, and gives it back in the end', async () => {
    await using proxy = await openFaultProxy({ target: real.server })
    const check = rabbitmq(through(proxy.port), { queue: 'late' })
    deleteIfFailed('late')
    const ask = asker(check)
    for (let run = 0; run < 3; run++) expect((await ask()).value).toMatchObject({ code: 'NOT_FOUND' })
    await channel.assertQueue('late')
    for (let run = 0; run < 3; run++) expect((await ask()).value).toMatchObject({ status: 'healthy' })
    expect(proxy.taken).toBe(1)
    await check.close?.()
    await expect.poll(() => proxy.open).toBe(0)
  })

  it('says that the server takes no more messages, and that it takes them again', async () => {
    const check = rabbitmq(real.server.url, { publish: true })
    const ask = asker(check, 5_000)
    expect((await ask()).value).toMatchObject({ status: 'healthy' })
    onTestFailed(() => clearAlarm('memory'))
    await real.server.evaluate('rabbit_alarm:set_alarm({{resource_limit, memory, node()}, []}).')
    const blocked = {
      status: 'degraded',
      code: 'PUBLISHING_BLOCKED',
      message: expect.stringMatching(/^127\.0\.0\.1:\d+ takes no more messages: low on memory\. /),
    }
    await expect.poll(async () => (await ask()).value).toMatchObject(blocked)
    expect((await ask()).value).toMatchObject(blocked)
    await clearAlarm('memory')
    await expect.poll(async () => (await ask()).value.status).toBe('healthy')
    await check.close?.()
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    await expectFaultsFound({ server: real.server, check: (port) => rabbitmq(through(port)) }, TOLD_APART)
  })

  it('E3: is answered in time while the server is stopped in its tracks', async () => {
    await expectAnswerWhileStopped(real.server, rabbitmq(real.server.url))
  })
})

interface Opened {
  readonly client: RabbitmqClient
  readonly end: () => Promise<void>
}

const clients: Record<string, (port: number) => Promise<Opened>> = {
  async 'amqplib, with recovery'(port) {
    const client = await connect(through(port), { recovery: { initialDelay: 20, maxDelay: 20 } })
    client.on('error', () => {})
    return { client, end: () => client.close() }
  },
  async 'amqp-connection-manager'(port) {
    const client = connectManaged(through(port), { reconnectTimeInSeconds: 0.02 })
    await client.connect()
    return { client, end: () => client.close() }
  },
  async 'rabbitmq-client'(port) {
    const client = new Connection({ url: through(port), retryLow: 20, retryHigh: 50 })
    client.on('error', () => {})
    await client.onConnect()
    return { client, end: async () => client.unsafeDestroy() }
  },
}

describe.each(Object.entries(clients))("rabbitmq, through the app's own connection of %s", (name, open) => {
  it('judges what waits, and who takes it', async () => {
    const { client, end } = await open(real.server.port)
    const queue = `orders of ${name}`
    deleteIfFailed(queue)
    await channel.assertQueue(queue, { exclusive: false, autoDelete: true })
    const ask = (limits: object) => askOnce(rabbitmq(client, { queue, ...limits, where: 'events' }))
    expect(await ask({ messagesDegraded: 0 })).toMatchObject({
      status: 'healthy',
      message: `0 messages are ready in the queue ${queue} at events, and 0 consumers take from it.`,
      observed: { value: 0, unit: 'messages' },
      data: { messages: 0, consumers: 0 },
    })
    expect(await ask({ consumers: 1 })).toMatchObject({
      status: 'unhealthy',
      code: 'TOO_FEW_CONSUMERS',
      observed: { value: 0, unit: 'consumers' },
    })
    for (let count = 0; count < 3; count++) channel.sendToQueue(queue, Buffer.from('order'))
    await expect.poll(async () => (await channel.checkQueue(queue)).messageCount).toBe(3)
    expect(await ask({ messagesDegraded: 2 })).toMatchObject({
      status: 'degraded',
      code: 'QUEUE_TOO_DEEP',
      message: expect.stringMatching(/^3 messages are ready in the queue .* at events, limit 2\. /),
      observed: { value: 3, unit: 'messages' },
    })
    expect(await ask({ messagesDegraded: 1, messagesUnhealthy: 2 })).toMatchObject({ status: 'unhealthy' })
    await end()
  })

  it('goes on over another channel when there was no such queue, and leaves none open', async () => {
    const { client, end } = await open(real.server.port)
    const queue = `later, by ${name}`
    deleteIfFailed(queue)
    const check = rabbitmq(client, { queue })
    const ask = asker(check)
    for (let run = 0; run < 2; run++) {
      expect((await ask()).value).toMatchObject({
        status: 'unhealthy',
        code: 'NOT_FOUND',
        message: expect.stringMatching(/^There is no queue later, by .* at (RabbitMQ|127\.0\.0\.1:\d+)\. /),
      })
    }
    await channel.assertQueue(queue, { autoDelete: true })
    expect((await ask()).value).toMatchObject({ status: 'healthy' })
    await check.close?.()
    expect(await askOnce(rabbitmq(client))).toMatchObject({ status: 'healthy', observed: { unit: 'ms' } })
    await end()
    expect(await askOnce(rabbitmq(client), 500)).toMatchObject({ status: 'unhealthy' })
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    await expectFaultsFound(
      {
        server: real.server,
        ...(name === 'rabbitmq-client' ? { lasting: 'garbage' } : {}), // it reads no more until its heartbeat is missed
        async check(port) {
          const { client, end } = await open(port)
          return endingWith(rabbitmq(client), end)
        },
      },
      CONNECTION_LOST,
    )
  })
})

describe("rabbitmq, through the app's own connection of amqplib", () => {
  it('follows the app to a new connection, and says when there is none', async () => {
    let current: ChannelModel | undefined = await connect(real.server.url)
    const check = rabbitmq(() => current)
    const ask = asker(check)
    expect((await ask()).value).toMatchObject({ status: 'healthy' })
    await current.close()
    expect((await ask()).value).toMatchObject({ status: 'unhealthy', code: 'CONNECTION_FAILED' })
    current = undefined
    expect((await ask()).value).toMatchObject({ status: 'unhealthy', code: 'CONNECTION_FAILED' })
    const next = await connect(real.server.url)
    current = next
    expect((await ask()).value).toMatchObject({ status: 'healthy' })
    await check.close?.()
    await next.close()
  })

  it('says that the server blocks it, and asks no more meanwhile', async () => {
    const connection = await connect(real.server.url)
    const publisher = await connection.createChannel()
    const check = rabbitmq(connection)
    const ask = asker(check)
    expect((await ask()).value).toMatchObject({ status: 'healthy' })
    onTestFailed(() => clearAlarm('disk'))
    await real.server.evaluate('rabbit_alarm:set_alarm({{resource_limit, disk, node()}, []}).')
    publisher.publish('', 'nowhere', Buffer.from('order'))
    await expect
      .poll(async () => (await ask()).value)
      .toMatchObject({
        status: 'degraded',
        code: 'PUBLISHING_BLOCKED',
        message: expect.stringContaining('low on disk'),
      })
    await clearAlarm('disk')
    await expect.poll(async () => (await ask()).value.status).toBe('healthy')
    await check.close?.()
    await connection.close()
  })
})

it('rabbitmq refuses what cannot work', () => {
  expect(() => rabbitmq({} as never)).toThrow(HealthSetupError)
  expect(() => rabbitmq('http://u:secret@x')).toThrow(/source: the URL must begin with amqp:\/\/ or amqps:\/\//)
  expect(() => rabbitmq('http://u:secret@x')).not.toThrow(/secret/)
  expect(() => rabbitmq('amqp://x', { consumers: 1 })).toThrow(/queue: is needed for limits/)
  expect(() => rabbitmq('amqp://x', { queue: '', messagesDegraded: -1 })).toThrow(/queue: must be a name/)
  expect(() => rabbitmq(app, { publish: true })).toThrow(/publish: needs a URL/)
})

it("rabbitmq tells how old the oldest message is through its management API, as the docs' check of one's own asks it", async () => {
  const { queue } = await channel.assertQueue('aging', { autoDelete: true })
  const check = oldestMessage(real.server.management, queue, 600_000)
  const ask = asker(check, IN_TIME_MS)
  await expect.poll(async () => (await ask()).value).toMatchObject({ status: 'healthy', observed: { value: 0 } })
  const seconds = Math.floor(Date.now() / 1_000)
  for (const timestamp of [seconds - 700, seconds]) channel.sendToQueue(queue, Buffer.from('order'), { timestamp })
  // It looks at its queues now and then.
  await expect
    .poll(async () => (await ask()).value, { timeout: 30_000 })
    .toMatchObject({
      status: 'degraded',
      code: 'QUEUE_TOO_OLD',
      message: expect.stringMatching(/^The oldest message in aging waits for 7\d\d s\. /),
    })
  await channel.get(queue, { noAck: true })
  await expect.poll(async () => (await ask()).value.status, { timeout: 30_000 }).toBe('healthy')
  const refused = await askOnce(oldestMessage(real.server.management, 'nowhere', 600_000))
  expect(refused).toMatchObject({ status: 'unhealthy', code: 'HTTP_STATUS' })
})
