import type { DependencyCheck } from '../core/check.ts'
import { degraded, unhealthy, type Result } from '../core/result.ts'
import { flagRule, isName, textRule, type Rules } from '../core/rules.ts'
import { AmqpConnection } from './support/amqp-connection.ts'
import { clientCheck, sourceProblem, urlOf } from './support/client-check.ts'
import type { HttpTls } from './support/http-exchange.ts'
import { keepClient, type KeptClient } from './support/kept-client.ts'
import { COUNT, limitRule, limitRules } from './support/limit-rules.ts'
import { refuseMisuse } from './support/misuse.ts'
import { trustRule } from './support/network-rules.ts'
import { placeOfUrl } from './support/peer.ts'
import { judgeCount } from './support/queue-limits.ts'
import {
  ClientBroker,
  codeOfRabbitmq,
  type Broker,
  type QueueCounts,
  type RabbitmqClient,
} from './support/rabbitmq-broker.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './support/response-time.ts'
import { worstOf } from './support/worst-of.ts'
import { howMany } from './support/how-many.ts'
import { placeOfClient } from './support/client-place.ts'
import { NOT_FOUND } from './support/told.ts'

export type { RabbitmqClient }

export interface RabbitmqOptions extends TimeLimits {
  /** The queue to look at. Default: none, and only a channel is asked. */
  readonly queue?: string
  /**
   * Degraded, `QUEUE_TOO_DEEP`, when more messages are ready in the queue; those that were delivered and not
   * acknowledged are not counted. Default: no limit.
   */
  readonly messagesDegraded?: number
  /** Unhealthy, `QUEUE_TOO_DEEP`, when more messages are ready in the queue. Default: no limit. */
  readonly messagesUnhealthy?: number
  /** Unhealthy, `TOO_FEW_CONSUMERS`, when fewer take from the queue. Default: not judged. */
  readonly consumers?: number
  /**
   * Each run sends a message that goes nowhere, since RabbitMQ tells of its alarms only those who publish. Needs the right
   * to write to `amq.default`. With a URL only: it would block a connection over which the app consumes. Default false.
   */
  readonly publish?: boolean
  /**
   * By URL, trust and identity for `amqps://`: `ca`, `cert`, `key`, `passphrase`, `servername`, `rejectUnauthorized`. Default:
   * the system's.
   */
  readonly tls?: HttpTls
  /** How messages call the server. Default: host, port and virtual host where the URL or the client tells them, else `RabbitMQ`. */
  readonly where?: string
}

const RULES: Rules<RabbitmqOptions> = {
  queue: (queue, { consumers, messagesDegraded, messagesUnhealthy }) => {
    if (queue !== undefined) return !isName(queue, 255) && 'must be a name of 1 to 255 bytes'
    const needsQueue = consumers !== undefined || messagesDegraded !== undefined || messagesUnhealthy !== undefined
    return needsQueue && 'is needed for limits of messages and consumers'
  },
  ...limitRules('messagesDegraded', 'messagesUnhealthy', COUNT),
  consumers: limitRule(COUNT),
  publish: flagRule,
  tls: trustRule,
  where: textRule,
  ...TIME_LIMITS,
}

const CLIENT_RULES: Rules<RabbitmqOptions> = {
  ...RULES,
  publish: (publish) =>
    flagRule(publish) || (publish === true && "needs a URL: the app's own connection could be blocked by it"),
}

/**
 * Asks RabbitMQ over a channel of its own on the app's connection (of `amqplib`, `amqp-connection-manager` or
 * `rabbitmq-client`), or what a queue holds. A function gives the connection of now, when a new one takes its place. Given a
 * URL (`amqp://user:password@host/vhost`, `amqps://…`), it keeps one connection of its own, which logs in; needs no package.
 * Costs one `basic.qos` per run, or one passive `queue.declare` with a queue, never more than one at a time.
 *
 * Observed: time of the answer in ms; messages with a queue. Data: messages and consumers.
 *
 * Codes: `PUBLISHING_BLOCKED` is an alarm: degraded, and nothing more is asked on that connection, which is not read;
 * `NOT_FOUND` when there is no such queue or virtual host; `CONNECTION_FAILED` when the client is closed.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function rabbitmq(
  source: RabbitmqClient | (() => RabbitmqClient | undefined) | string | URL,
  options: RabbitmqOptions = {},
): DependencyCheck {
  const url = urlOf(source)
  refuseMisuse('rabbitmq', options, url === undefined ? CLIENT_RULES : RULES, { source: sourceIssue(source, url) })
  const { publish = false, queue, tls = {} } = options
  const place = options.where ?? (url === undefined ? placeOfClient(source) : placeOfUrl(url)) ?? 'RabbitMQ'
  const question = queue === undefined ? 'basic.qos' : `queue.declare ${queue}`
  const parts = {
    kind: 'rabbitmq',
    place,
    question,
    codes: codeOfRabbitmq,
    async ask(broker: Broker, { clock }: { clock: { now(): number } }): Promise<Result> {
      const blocked = judgeBlocked(broker, place)
      if (blocked !== undefined) return blocked // it may read nothing more on this connection
      const startedAt = clock.now()
      try {
        const found = await broker.ask(queue)
        const inTime = judgeTime(clock.now() - startedAt, options, `${question} at ${place}`)
        return judgeBlocked(broker, place) ?? judge(inTime, found, options, place)
      } catch (error) {
        if (queue === undefined || codeOfRabbitmq(error) !== NOT_FOUND) throw error
        const message = `There is no queue ${queue} at ${place}. Correct its name, or see whether who declares it has run.`
        return unhealthy('NOT_FOUND', message)
      }
    },
  }
  if (url !== undefined) {
    return clientCheck<Broker>({ ...parts, through: { kept: keepConnection(new URL(url), tls, publish) } })
  }
  const client = new ClientBroker(source as RabbitmqClient | (() => RabbitmqClient | undefined))
  const check = clientCheck<Broker>({
    ...parts,
    through: { client },
    explain: (result, broker) => (result.code === 'TIMEOUT' ? (judgeBlocked(broker, place) ?? result) : result),
  })
  return Object.freeze({ ...check, close: () => client.close() })
}

function sourceIssue(source: unknown, url: string | undefined): string | false {
  if (typeof source === 'function') return false
  if (url !== undefined && /^amqps?:/.test(url) && !URL.canParse(url)) return 'is not a URL'
  return sourceProblem(source, ['amqp', 'amqps'], ['createChannel', 'acquire'])
}

/** https://www.rabbitmq.com/docs/connection-blocked */
function judgeBlocked({ blockedBy }: Broker, place: string): Result | undefined {
  if (blockedBy === undefined) return undefined
  const message = `${place} takes no more messages: ${blockedBy}. Free memory or disk there, or see what piles up in its queues.`
  return degraded('PUBLISHING_BLOCKED', message)
}

function judge(inTime: Result, found: QueueCounts | undefined, options: RabbitmqOptions, place: string): Result {
  const { consumers: least = 0, messagesDegraded, messagesUnhealthy, queue } = options
  if (found === undefined) return inTime
  const { messages, consumers } = found
  const where = `in the queue ${queue} at ${place}`
  const takers = howMany(consumers, 'consumers', ['takes', 'take'])
  const details = { observed: { value: messages, unit: 'messages' }, data: { messages, consumers } }
  const within = `${howMany(messages, 'messages', READY)} ${where}, and ${takers} from it.`
  return worstOf(
    inTime.status === 'healthy' ? { ...inTime, ...details, message: within } : { ...inTime, data: details.data },
    consumers >= least
      ? undefined
      : unhealthy(
          'TOO_FEW_CONSUMERS',
          `${takers} from the queue ${queue} at ${place}, and it needs ${least}. See whether its workers run.`,
          { observed: { value: consumers, unit: 'consumers' } },
        ),
    judgeCount({
      count: messages,
      unit: 'messages',
      degraded: messagesDegraded,
      unhealthy: messagesUnhealthy,
      code: 'QUEUE_TOO_DEEP',
      verb: READY,
      where,
      tryThis: `See whether its ${howMany(consumers, 'consumers', ['gets', 'get'])} through, or start more.`,
    }),
  )
}

const READY = ['is ready', 'are ready'] as const

function keepConnection(url: URL, tls: HttpTls, publish: boolean): KeptClient<Broker> {
  return keepClient({
    make: (_, onBroken) => new AmqpConnection({ url, tls, publishes: publish, onBroken }),
    connect: (connection: AmqpConnection) => connection.ready,
    end: (connection) => connection.end(),
  })
}
