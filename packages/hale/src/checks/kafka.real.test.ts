import { connect } from 'node:net'
import { Admin as PlatformaticAdmin } from '@platformatic/kafka'
import { Kafka, logLevel, Partitioners, type Admin } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { asker, askOnce } from '../../../../test/harness/ask.ts'
import { CONNECTION_LOST, endingWith, expectFaultsFound } from '../../../../test/harness/expect-check.ts'
import { startKafka } from '../../../../test/harness/kafka.ts'
import { serveKafkaWire, type KafkaWireOptions } from '../../../../test/harness/kafka-wire.ts'
import { useServer } from '../../../../test/harness/use-server.ts'
import type { Check } from '../core/check.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { openFaultProxy } from '../testing/fault-proxy.ts'
import { kafka, type KafkaOptions } from './kafka.ts'

// The clients are the real ones. Kafka cannot be had here: see test/harness/kafka.ts and kafka-wire.ts.
const real = useServer(startKafka)
const secret = 'hunter2hunter2'

/** All of the app's connections go to this port, whatever addresses the brokers give themselves. */
function app(port: number, password?: string): Kafka {
  return new Kafka({
    clientId: 'app',
    brokers: [`127.0.0.1:${port}`],
    logLevel: logLevel.NOTHING,
    retry: { retries: 1, initialRetryTime: 10 },
    requestTimeout: 1_000, // so long it waits for answers when it is told to disconnect
    socketFactory: ({ onConnect }) => connect({ host: '127.0.0.1', port }, onConnect),
    ...(password === undefined ? {} : { sasl: { mechanism: 'plain', username: 'hale', password } }),
  })
}

/** The app's admin client goes when its check does. */
async function ofKafkajs(admin: Admin, options?: KafkaOptions): Promise<Check> {
  await admin.connect().catch(() => {})
  return endingWith(kafka(admin, options), () => admin.disconnect())
}

function ofPlatformatic(port: number, password: string | undefined, options?: KafkaOptions): Check {
  const admin = new PlatformaticAdmin({
    clientId: 'app',
    bootstrapBrokers: [`127.0.0.1:${port}`],
    retries: 0,
    requestTimeout: 2_000, // so long a connection that was told nothing takes no further question
    ...(password === undefined ? {} : { sasl: { mechanism: 'PLAIN', username: 'hale', password } }),
  })
  return endingWith(kafka(admin, options), () => admin.close())
}

type Make = (port: number, options?: KafkaOptions, password?: string) => Promise<Check>

const CLIENTS: Readonly<Record<'kafkajs' | '@platformatic/kafka', Make>> = {
  kafkajs: (port, options, password) => ofKafkajs(app(port, password).admin(), options),
  '@platformatic/kafka': async (port, options, password) => ofPlatformatic(port, password, options),
}

/** Four messages, two in each of two partitions. */
async function send(topic: string): Promise<void> {
  const producer = app(real.server.port).producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  const messages = ['a', 'b', 'c', 'd'].map((value, partition) => ({ value, partition: partition % 2 }))
  await producer.send({ topic, messages, acks: 1 })
  await producer.disconnect()
}

describe.each(Object.entries(CLIENTS))("kafka, through the app's own admin client of %s", (_, own) => {
  it.each(
    checkConformance({
      name: 'kafka',
      healthy: () => own(real.server.port),
      broken: () => own(1),
      silent: () => own(real.silent.port),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('says how long it took, and where', async () => {
    const result = await askOnce(await own(real.server.port, { brokers: 1, topics: ['orders'], where: 'events' }))
    expect(result).toMatchObject({ status: 'healthy', observed: { unit: 'ms' }, data: { brokers: 1 } })
    expect(result.message).toMatch(/^(?:describeCluster|metadata) at events answered in [\d.]+ m?s\.$/)
    const slow = await askOnce(await own(real.server.port, { degraded: '0ms' }))
    expect(slow).toMatchObject({ status: 'degraded', code: 'SLOW', observed: { unit: 'ms' } })
  })

  it('E12: connects once for many runs', async () => {
    await using proxy = await openFaultProxy({ target: real.server })
    const check = await own(proxy.port, { topics: ['orders'] })
    const ask = asker(check)
    await ask()
    const taken = proxy.taken
    for (let run = 0; run < 5; run++) expect((await ask()).value.status).toBe('healthy')
    expect(proxy.taken).toBe(taken)
    await check.close?.()
  })
})

// Of several partitions the mock cluster tells the offsets as @platformatic/kafka asks for them (version 5) askew.
it('kafka judges how far a group is behind', async () => {
  // Of each try its own.
  const [topic, group] = [`mails-${Date.now()}`, 'mailer']
  const ask = async (options: KafkaOptions) =>
    askOnce(await CLIENTS.kafkajs(real.server.port, { topics: [topic], group, ...options }))
  expect(await ask({ lagDegraded: 0 })).toMatchObject({ status: 'healthy', observed: { value: 0, unit: 'messages' } })

  await send(topic)
  expect(await ask({ lagDegraded: 3, offsetReset: 'earliest' })).toMatchObject({
    status: 'degraded',
    code: 'CONSUMER_LAG',
    message: expect.stringContaining(`4 messages of ${topic} are still to be read by mailer at Kafka, limit 3. `),
    observed: { value: 4, unit: 'messages' },
    data: { brokers: 1, lag: { [topic]: 4 } },
  })
  expect(await ask({ lagDegraded: 1, lagUnhealthy: 3, offsetReset: 'earliest' })).toMatchObject({
    status: 'unhealthy',
  })

  const consumer = app(real.server.port).consumer({ groupId: group, maxWaitTimeInMs: 100 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({ autoCommit: false, eachMessage: async () => {} })
  await expect
    .poll(async () => {
      await consumer.commitOffsets([{ topic, partition: 0, offset: '2' }])
      return (await ask({ offsetReset: 'earliest' })).observed
    })
    .toEqual({ value: 2, unit: 'messages' })
  // The other partition has messages, but is none of which it has committed anything.
  expect(await ask({ lagDegraded: 0 })).toMatchObject({ status: 'healthy', observed: { value: 0, unit: 'messages' } })
  await consumer.disconnect()
})

describe.each(Object.entries(CLIENTS))('kafka, of a cluster that is not well, through %s', (_, own) => {
  const whole = { leader: 0, replicas: [0, 1, 2], isr: [0, 1, 2] }
  const behind = { ...whole, isr: [0, 1] }
  const told = async (cluster: KafkaWireOptions, options: KafkaOptions, password = secret) => {
    await using wire = await serveKafkaWire({ brokers: 3, password: secret, ...cluster })
    return await askOnce(await own(wire.port, options, password))
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
        /^4 partitions lack replicas in sync at Kafka: (\w+\/\d, ){2}\w+\/\d and others\. /,
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

  const read = (...groups: string[]) => {
    const kept = { ...whole, low: 10, high: 15 }
    return (committed: number, options: KafkaOptions = {}) =>
      told(
        { groups, topics: { orders: [{ ...kept, committed }, kept] } },
        { topics: ['orders'], group: 'mailer', lagDegraded: 0, ...options },
      )
  }

  it('counts nothing in partitions of which a group has committed nothing, when it begins with the latest', async () => {
    expect(await read('mailer')(-1)).toMatchObject({ status: 'healthy', observed: { value: 0 } })
    expect(await read('mailer')(12)).toMatchObject({ status: 'degraded', observed: { value: 3 } })
  })

  it('counts what is stored in them, when it begins with the earliest', async () => {
    const options = { offsetReset: 'earliest' } as const
    expect(await read()(-1, options)).toMatchObject({ code: 'CONSUMER_LAG', observed: { value: 10 } })
    expect(await read()(12, options)).toMatchObject({ code: 'CONSUMER_LAG', observed: { value: 8 } })
  })

  it('counts no messages that are deleted', async () => {
    expect(await read()(3)).toMatchObject({ code: 'CONSUMER_LAG', observed: { value: 5 } })
  })

  it('says that there is no such group, while messages are stored', async () => {
    expect(await read('other')(-1)).toMatchObject({
      status: 'degraded',
      code: 'NOT_FOUND',
      message: expect.stringMatching(
        /^Kafka knows no group mailer \(any more\), while 10 messages are stored in orders\. /,
      ),
      observed: { value: 10, unit: 'messages' },
      data: { lag: { orders: 0 } },
    })
    expect(await told({ topics: { orders: [whole] } }, { topics: ['orders'], group: 'mailer' })).toMatchObject({
      status: 'healthy',
    })
  })
})

describe('E3: kafka detects whatever the way to the server does, and is back as soon as it is', () => {
  const place = 'Kafka' // neither client tells where it leads
  it('kafkajs', async () => {
    const own = CLIENTS.kafkajs
    // The client reads no more on a connection that was sent garbage, and keeps it.
    const faults = { server: real.server, lasting: 'garbage', place, check: (port: number) => own(port) } as const
    await expectFaultsFound(faults, CONNECTION_LOST)
  })

  it('@platformatic/kafka', async () => {
    const own = CLIENTS['@platformatic/kafka']
    // It goes where the brokers say they are.
    await using wire = await serveKafkaWire()
    const check = (port: number) => {
      wire.advertised = port
      return own(port)
    }
    await expectFaultsFound({ server: wire, place, check }, CONNECTION_LOST)
  })
})

it('kafka refuses what cannot work', () => {
  const admin = app(1).admin()
  expect(() => kafka({} as never)).toThrow(HealthSetupError)
  expect(() => kafka(admin, { offsetReset: 'none' as never })).toThrow(/offsetReset: /)
  expect(() => kafka(admin, { group: 'mailer' })).toThrow(/topics: are needed for a group/)
  expect(() => kafka(admin, { lagDegraded: 1 })).toThrow(/group: is needed for limits of its lag/)
  expect(() => kafka(admin, { brokers: -1 })).toThrow(/brokers: -1 is not a number from 0/)
  expect(() => kafka(admin, { topics: [''] })).toThrow(/topics: must be names/)
})
