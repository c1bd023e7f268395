import { connect } from 'node:net'
import { kafka } from 'hale/checks/kafka'
import { Kafka, logLevel } from 'kafkajs'
import { startKafka } from '../../../../test/harness/kafka.ts'
import type { Bed } from './subject.ts'

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
        without: {
          'auth lost': "librdkafka's mock cluster asks for no account",
          'full pool': 'the client has one connection to each broker, no pool',
        },
      },
    ],
    [Symbol.asyncDispose]: () => server.stop(),
  }
}
