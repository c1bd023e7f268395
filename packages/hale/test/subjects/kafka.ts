import { connect } from 'node:net'
import { Admin } from '@platformatic/kafka'
import { kafka } from 'hale/checks/kafka'
import { Kafka, logLevel } from 'kafkajs'
import { startKafka } from '../../../../test/harness/kafka.ts'
import { serveKafkaWire } from '../../../../test/harness/kafka-wire.ts'
import type { Bed } from './subject.ts'

const WITHOUT = {
  'auth lost': 'neither stand-in for Kafka takes accounts away',
  'full pool': 'the client has one connection to each broker, no pool',
}

/** The mock cluster of librdkafka: Kafka itself cannot be had here. */
export async function openKafka(): Promise<Bed> {
  const server = await startKafka()
  return {
    server,
    subjects: [
      {
        check: 'kafka',
        client: 'kafkajs',
        async open(port) {
          const client = new Kafka({
            brokers: [`${server.host}:${port}`],
            logLevel: logLevel.NOTHING,
            // The broker says where it is itself, and would be asked past the fault.
            socketFactory: ({ onConnect }) => connect({ host: server.host, port }, onConnect),
          })
          const admin = client.admin()
          await admin.connect()
          return { check: kafka(admin), end: () => admin.disconnect() }
        },
        without: WITHOUT,
      },
    ],
    [Symbol.asyncDispose]: () => server.stop(),
  }
}

/** A server of the tests' own, whose brokers say that they are where the fault is: this client goes where they say. */
export async function openKafkaWire(): Promise<Bed> {
  const wire = await serveKafkaWire()
  return {
    server: wire,
    subjects: [
      {
        check: 'kafka',
        client: '@platformatic/kafka',
        async open(port) {
          wire.advertised = port
          // As the page of the check advises: so long it keeps a connection that was sent nonsense.
          const admin = new Admin({
            clientId: 'app',
            bootstrapBrokers: [`${wire.host}:${port}`],
            requestTimeout: 2_000,
          })
          return { check: kafka(admin), end: () => admin.close() }
        },
        without: WITHOUT,
      },
    ],
    [Symbol.asyncDispose]: () => wire[Symbol.asyncDispose](),
  }
}
