import { startServer, type RealServer } from './server.ts'

/**
 * Starts the mock cluster that librdkafka is tested with, one broker that speaks Kafka's protocol, by way of `kcat`: it takes
 * and gives messages, and keeps what groups have committed, in memory. It makes every topic that it is asked for. Kafka
 * itself cannot be had here. https://github.com/confluentinc/librdkafka/blob/master/src/rdkafka_mock.h
 */
export function startKafka(): Promise<RealServer> {
  return startServer({
    binary: 'kcat',
    unprivileged: true,
    args: () => ['-C', '-t', 'idle', '-b', 'its-own', '-X', 'test.mock.num.brokers=1', '-X', 'debug=mock'],
    ready: /Mock cluster \S+ bootstrap\.servers=127\.0\.0\.1:(?<port>\d+)\n/,
    url: ({ host, port }) => `${host}:${port}`,
  })
}
