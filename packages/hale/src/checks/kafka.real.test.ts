import { connect } from 'node:net'
import { Kafka, logLevel, Partitioners, type Admin, type KafkaConfig } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { asker, askOnce, IN_TIME_MS } from '../../../../test/harness/ask.ts'
import { CONNECTION_LOST, endingWith, expectFaultsFound } from '../../../../test/harness/expect-check.ts'
import { startKafka } from '../../../../test/harness/kafka.ts'
import { serveKafkaWire, type KafkaWireOptions } from '../../../../test/harness/kafka-wire.ts'
import { useServer } from '../../../../test/harness/use-server.ts'
import type { Check } from '../core/check.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { openFaultProxy } from '../testing/fault-proxy.ts'
import { kafka, type KafkaOptions } from './kafka.ts'

// The client is the real one. Kafka cannot be had here: see test/harness/kafka.ts and kafka-wire.ts.
const real = useServer(startKafka)
const secret = 'hunter2hunter2'

/** All of the app's connections go to this port, whatever addresses the brokers give themselves. */
function app(port: number, { requestTimeout = IN_TIME_MS, sasl }: Partial<KafkaConfig> = {}): Kafka {
  return new Kafka({
    clientId: 'app',
    brokers: [`127.0.0.1:${port}`],
    logLevel: logLevel.NOTHING,
    retry: { retries: 1, initialRetryTime: 10 },
    requestTimeout,
    socketFactory: ({ onConnect }) => connect({ host: '127.0.0.1', port }, onConnect),
    ...(sasl === undefined ? {} : { sasl }),
  })
}

/** So long it waits for answers that do not come when it is told to disconnect. */
const IMPATIENT = { requestTimeout: 400 } as const

/** The app's admin client goes when its check does. */
async function own(admin: Admin, options?: KafkaOptions): Promise<Check> {
  await admin.connect().catch(() => {})
  return endingWith(kafka(admin, options), () => admin.disconnect())
}

describe("kafka, through the app's own admin client of kafkajs", () => {
  it.each(
    checkConformance({
      name: 'kafka',
      healthy: () => own(app(real.server.port).admin()),
      broken: () => own(app(1).admin()),
      silent: () => own(app(real.silent.port, IMPATIENT).admin()),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('says how long it took, and where', async () => {
    const result = await askOnce(
      await own(app(real.server.port).admin(), { brokers: 1, topics: ['orders'], where: 'events' }),
    )
    expect(result).toMatchObject({ status: 'healthy', observed: { unit: 'ms' }, data: { brokers: 1 } })
    expect(result.message).toMatch(/^describeCluster at events answered in [\d.]+ ms\.$/)
  })

  it('judges how far a group is behind', async () => {
    const client = app(real.server.port)
    const admin = client.admin()
    await admin.connect()
    const ask = (limits: object) => askOnce(kafka(admin, { topics: ['mails'], group: 'mailer', ...limits }))
    expect(await ask({ lagDegraded: 0 })).toMatchObject({ status: 'healthy', observed: { value: 0, unit: 'messages' } })

    const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner })
    await producer.connect()
    const messages = ['a', 'b', 'c', 'd'].map((value, partition) => ({ value, partition: partition % 2 }))
    await producer.send({ topic: 'mails', messages, acks: 1 })
    await producer.disconnect()
    expect(await ask({ lagDegraded: 3 })).toMatchObject({
      status: 'degraded',
      code: 'CONSUMER_LAG',
      message: expect.stringMatching(/^4 messages of mails at Kafka are still to be read by mailer, limit 3\. /),
      observed: { value: 4, unit: 'messages' },
      data: { brokers: 1, lag: { mails: 4 } },
    })
    expect(await ask({ lagDegraded: 1, lagUnhealthy: 3 })).toMatchObject({ status: 'unhealthy' })

    const consumer = client.consumer({ groupId: 'mailer', maxWaitTimeInMs: 100 })
    await consumer.connect()
    await consumer.subscribe({ topic: 'mails', fromBeginning: true })
    await consumer.run({ autoCommit: false, eachMessage: async () => {} })
    await expect
      .poll(async () => {
        await consumer.commitOffsets([{ topic: 'mails', partition: 0, offset: '2' }])
        return (await ask({ lagDegraded: 3 })).observed
      })
      .toEqual({ value: 2, unit: 'messages' })
    await consumer.disconnect()
    await admin.disconnect()
  })

  it('E12: connects once for many runs', async () => {
    await using proxy = await openFaultProxy({ target: real.server })
    const check = await own(app(proxy.port).admin(), { topics: ['orders'] })
    const ask = asker(check)
    await ask()
    const taken = proxy.taken
    for (let run = 0; run < 5; run++) expect((await ask()).value.status).toBe('healthy')
    expect(proxy.taken).toBe(taken)
    await check.close?.()
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    await expectFaultsFound(
      {
        server: real.server,
        lasting: 'garbage', // the client reads no more on that connection, and keeps it
        check: (port) => own(app(port, IMPATIENT).admin()),
      },
      CONNECTION_LOST,
    )
  })
})

describe('kafka, of a cluster that is not well', () => {
  const whole = { leader: 0, replicas: [0, 1, 2], isr: [0, 1, 2] }
  const behind = { ...whole, isr: [0, 1] }
  const told = async (cluster: KafkaWireOptions, options: KafkaOptions, password = secret) => {
    await using wire = await serveKafkaWire({ brokers: 3, password: secret, ...cluster })
    return await askOnce(
      await own(app(wire.port, { sasl: { mechanism: 'plain', username: 'hale', password } }).admin(), options),
    )
  }

  it('is content with one that is', async () => {
    expect(await told({ topics: { orders: [whole] } }, { brokers: 3, topics: ['orders'] })).toMatchObject({
      status: 'healthy',
      data: { brokers: 3 },
    })
  })

  it('says that brokers lack', async () => {
    expect(await told({ brokers: 2 }, { brokers: 3 })).toMatchObject({
      status: 'degraded',
      code: 'TOO_FEW_BROKERS',
      message: expect.stringMatching(/^Kafka has 2 brokers, and should have 3\. /),
      observed: { value: 2, unit: 'brokers' },
    })
  })

  it('says which partitions lack replicas', async () => {
    const topics = { orders: [whole, behind], mails: [behind, behind, behind] }
    expect(await told({ topics }, { topics: ['orders', 'mails'] })).toMatchObject({
      status: 'degraded',
      code: 'UNDER_REPLICATED',
      message: expect.stringMatching(
        /^4 partitions at Kafka lack replicas in sync, (\w+\/\d, ){2}\w+\/\d and others\. /,
      ),
      observed: { value: 4, unit: 'partitions' },
    })
  })

  it('says that a partition has no leader', async () => {
    const topics = { orders: [whole, { leader: -1, replicas: [0], isr: [] }] }
    expect(await told({ topics }, { topics: ['orders'] })).toMatchObject({ status: 'unhealthy', code: 'NO_LEADER' })
  })

  it('says that there is no such topic', async () => {
    expect(await told({}, { topics: ['orders'] })).toMatchObject({ status: 'unhealthy', code: 'NOT_FOUND' })
  })

  it('says that the password is wrong', async () => {
    const result = await told({}, {}, 'wrongwrong')
    expect(result).toMatchObject({ status: 'unhealthy', code: 'AUTH_FAILED' })
    expect(result.message).not.toContain('wrongwrong')
  })
})

it('kafka refuses what cannot work', () => {
  const admin = app(1).admin()
  expect(() => kafka({} as never)).toThrow(HealthSetupError)
  expect(() => kafka(admin, { group: 'mailer' })).toThrow(/topics: are needed for a group/)
  expect(() => kafka(admin, { lagDegraded: 1 })).toThrow(/group: is needed for limits of its lag/)
  expect(() => kafka(admin, { brokers: -1 })).toThrow(/brokers: -1 is not a number from 0/)
  expect(() => kafka(admin, { topics: [''] })).toThrow(/topics: must be names/)
})
