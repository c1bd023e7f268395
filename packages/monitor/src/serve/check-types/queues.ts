import { checkGroups, checkValues } from '@hale/contract'
import { z } from 'zod'
import { checkType, type CheckType } from './check-type.ts'

const { count, length, long, short } = checkValues
const { server, times, trust } = checkGroups

/** Brokers and what waits in them, asked by URL. */
export const QUEUE_TYPES: Readonly<Record<string, CheckType>> = {
  nats: checkType(
    z.strictObject({ ...server, ...times }),
    async ({ url: source, ...options }) => (await import('hale/checks/nats')).nats(source, options),
    ['@nats-io/transport-node'],
  ),
  jetstream: checkType(
    z.strictObject({
      ...server,
      stream: short,
      consumer: short,
      pendingDegraded: count.optional(),
      pendingUnhealthy: count.optional(),
      ageDegraded: length.optional(),
      ageUnhealthy: length.optional(),
    }),
    async ({ url: source, ...options }) => (await import('hale/checks/jetstream')).jetstream(source, options),
    ['@nats-io/transport-node', '@nats-io/jetstream'],
  ),
  rabbitmq: checkType(
    z.strictObject({
      ...server,
      queue: long.optional(),
      messagesDegraded: count.optional(),
      messagesUnhealthy: count.optional(),
      consumers: count.optional(),
      publish: z.boolean().optional(),
      ...trust,
      ...times,
    }),
    async ({ url: source, ...options }) => (await import('hale/checks/rabbitmq')).rabbitmq(source, options),
  ),
  mqtt: checkType(
    z.strictObject({
      ...server,
      topic: long.optional(),
      silentDegraded: length.optional(),
      silentUnhealthy: length.optional(),
      ...trust,
      ...times,
    }),
    async ({ url: source, ...options }) => (await import('hale/checks/mqtt')).mqtt(source, options),
  ),
}
