import { about, byUrl, NEVER, WHOLE, type Coverage } from './coverage-row.ts'
import { listening } from './listening.ts'

/** How Kafka shows, whichever client asks it. */
const KAFKA = {
  environment: about('KAFKA', 'KAFKA_BROKER', 'KAFKA_BOOTSTRAP'),
  images: /^(?:kafka|cp-kafka|redpanda)/,
} as const

const QUEUE = ['bullmq', 'backlog', 'tcp'] as const

/** Brokers and queues. */
export const QUEUES: readonly Coverage[] = [
  {
    packages: { nats: 'connection', '@nats-io/transport-node': 'connection' },
    environment: about('NATS'),
    schemes: ['nats'],
    images: /^nats/,
    check: 'nats',
    orBy: ['jetstream'],
    named: /nats/i,
    name: 'nats',
    address: { variable: WHOLE, example: "'nats://nats.internal:4222'", needs: '@nats-io/transport-node' },
    call: (source) => `nats(${source})`,
    fields: byUrl,
  },
  {
    packages: {
      amqplib: 'connection',
      'amqp-connection-manager': 'connection',
      'rabbitmq-client': 'connection',
      '@golevelup/nestjs-rabbitmq': undefined,
    },
    environment: about('AMQP', 'AMQPS', 'RABBITMQ', 'RABBIT', 'CLOUDAMQP'),
    schemes: ['amqp', 'amqps'],
    images: /^rabbitmq/,
    check: 'rabbitmq',
    orBy: ['backlog'],
    named: /amqp|rabbit|queue/i,
    name: 'rabbitmq',
    address: { variable: WHOLE, example: "'amqp://app@rabbitmq.internal'" },
    call: (source) => `rabbitmq(${source})`,
    fields: byUrl,
  },
  // AMQP 1.0, which is another protocol.
  listening('amqp', 5672, {
    packages: ['rhea'],
    environment: about('SERVICEBUS', 'ACTIVEMQ', 'ARTEMIS'),
    images: /^(?:activemq|artemis)/,
  }),
  {
    packages: { mqtt: 'client' },
    environment: about('MQTT', 'MQTT_BROKER'),
    schemes: ['mqtt', 'mqtts'],
    images: /^(?:eclipse-mosquitto|mosquitto|emqx)/,
    check: 'mqtt',
    named: /mqtt/i,
    name: 'mqtt',
    address: { variable: WHOLE, example: "'mqtt://mqtt.internal'" },
    call: (source) => `mqtt(${source})`,
    fields: byUrl,
  },
  // Before the next: neither a variable nor a container shows the client, and that check asks by two of them alone.
  listening('kafka', 9092, {
    packages: ['node-rdkafka', '@confluentinc/kafka-javascript'],
    ...KAFKA,
  }),
  {
    packages: { kafkajs: 'admin', '@platformatic/kafka': 'admin' },
    ...KAFKA,
    check: 'kafka',
    orBy: ['backlog'],
    named: /kafka/i,
    name: 'kafka',
    call: (source) => `kafka(${source})`,
  },
  {
    packages: { bullmq: 'queue', '@nestjs/bullmq': 'queue' },
    environment: NEVER,
    check: 'bullmq',
    orBy: QUEUE,
    named: /queue|jobs|backlog|bull/i,
    name: 'jobs',
    call: (source) => `bullmq(${source})`,
  },
  {
    packages: {
      bull: '() => queue.getWaitingCount()',
      '@nestjs/bull': '() => queue.getWaitingCount()',
      'bee-queue': 'async () => (await queue.checkHealth()).waiting',
    },
    environment: NEVER,
    check: 'backlog',
    orBy: QUEUE,
    named: /queue|jobs|backlog|bull/i,
    name: 'jobs',
    call: (source) => `backlog({ count: ${source}, degraded: 1_000 })`,
  },
]
