import type { DependencyCheck } from '../core/check.ts'
import { degraded, unhealthy, type Result } from '../core/result.ts'
import { isFilled, isNames, oneOf, textRule, type Rules } from '../core/rules.ts'
import { clientCheck, sourceProblem } from './support/client-check.ts'
import { howMany } from './support/how-many.ts'
import { codeOfKafka } from './support/kafka-codes.ts'
import { judgeLag } from './support/kafka-lag.ts'
import type { KafkaPartition, KafkaReader } from './support/kafka-reader.ts'
import { kafkajsReader, type KafkajsAdmin } from './support/kafkajs-reader.ts'
import { COUNT, limitRule, limitRules } from './support/limit-rules.ts'
import { refuseMisuse } from './support/misuse.ts'
import { platformaticReader, type PlatformaticAdmin } from './support/platformatic-reader.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './support/response-time.ts'
import { worstOf } from './support/worst-of.ts'

/** What a client must have: `kafka.admin()` of `kafkajs`, connected, or an `Admin` of `@platformatic/kafka`. */
export type KafkaAdmin = KafkajsAdmin | PlatformaticAdmin

export interface KafkaOptions extends TimeLimits {
  /** Degraded, `TOO_FEW_BROKERS`, when the cluster has fewer. Default: not judged. */
  readonly brokers?: number
  /**
   * Topics that must exist, with a leader for each partition (else unhealthy) and every replica in sync (else
   * degraded). Default: none.
   */
  readonly topics?: readonly string[]
  /** The consumer group that reads the topics. Default: none. */
  readonly group?: string
  /**
   * Where the group begins in a partition of which it has committed nothing, as its consumers are told:
   * `fromBeginning: true`, `mode: 'earliest'` or `auto.offset.reset`. With `latest` what is stored there is not to be
   * read by it, and does not count; with `earliest` all of it does. Default `latest`, as that of Kafka's clients.
   */
  readonly offsetReset?: 'earliest' | 'latest'
  /**
   * Degraded, `CONSUMER_LAG`, when more messages of all the topics are still to be read by the group. What is read
   * but not committed counts. Default: no limit.
   */
  readonly lagDegraded?: number
  /**
   * Unhealthy, `CONSUMER_LAG`, when more messages of the topics are still to be read by the group. Default: no limit.
   */
  readonly lagUnhealthy?: number
  /** How messages call the cluster. Default `Kafka`. */
  readonly where?: string
}

const RULES: Rules<KafkaOptions> = {
  topics: (topics = [], { group }) =>
    !isNames(topics) ? 'must be names' : group !== undefined && topics.length === 0 && 'are needed for a group',
  group: (group, { lagDegraded, lagUnhealthy }) => {
    if (group !== undefined) return !isFilled(group) && 'must be a name'
    return (lagDegraded !== undefined || lagUnhealthy !== undefined) && 'is needed for limits of its lag'
  },
  brokers: limitRule(COUNT),
  offsetReset: oneOf('earliest', 'latest'),
  ...limitRules('lagDegraded', 'lagUnhealthy', COUNT),
  where: textRule,
  ...TIME_LIMITS,
}

/**
 * Asks Kafka for its brokers through the app's own admin client, whether its topics have leaders and replicas in sync, and how
 * far a consumer group is behind. Costs two requests for metadata per run (one with `@platformatic/kafka`); with topics two
 * more (one); with a group three for what it has committed, one for each topic, and two for each broker that leads one of its
 * partitions. Never more than one run at a time.
 *
 * Where a group has committed nothing at all, begins with `latest`, and messages are stored, the brokers are asked for the groups
 * they know as well, one request each: one that nobody has joined, or that its consumers left so long ago that Kafka has forgotten
 * what it had read, is degraded.
 *
 * Observed: time of the first answer in ms; with a group messages that it is behind. Data: brokers, and that lag by topic.
 *
 * Codes: `NOT_FOUND` when there is no such topic (unhealthy) or no such group (degraded).
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function kafka(admin: KafkaAdmin, options: KafkaOptions = {}): DependencyCheck {
  refuseMisuse('kafka', options, RULES, {
    admin:
      sourceProblem(admin, [], ['describeCluster', 'listConsumerGroupOffsets']) &&
      'must be an admin client of kafkajs or @platformatic/kafka',
  })
  const {
    brokers,
    group,
    lagDegraded,
    lagUnhealthy,
    offsetReset = 'latest',
    topics = [],
    where: place = 'Kafka',
  } = options
  const reader = 'describeCluster' in admin ? kafkajsReader(admin) : platformaticReader(admin)
  return clientCheck<KafkaReader>({
    kind: 'kafka',
    through: { client: reader },
    place,
    question: reader.question,
    ...(topics.length === 0 ? {} : { notFound: missing(topics, place) }),
    codes: codeOfKafka,
    async ask(client, { clock }) {
      const startedAt = clock.now()
      const count = await client.brokers()
      const inTime = judgeTime(clock.now() - startedAt, options, `${client.question} at ${place}`)
      const answered = { ...inTime, data: { brokers: count } }
      const lag =
        group === undefined
          ? undefined
          : await judgeLag(client, {
              group,
              topics,
              offsetReset,
              place,
              degraded: lagDegraded,
              unhealthy: lagUnhealthy,
            })
      return worstOf(
        lag === undefined ? answered : worstOf(lag, answered),
        judgeBrokers(count, brokers, place),
        topics.length === 0 ? undefined : judgePartitions(await client.partitions(topics), place),
      )
    },
  })
}

function missing(topics: readonly string[], place: string): string {
  const which =
    topics.length === 1 ? `There is no topic ${topics[0]}` : `Not each of the topics ${topics.join(', ')} exists`
  return `${which} at ${place}. Correct its name, or create it.`
}

function judgeBrokers(count: number, least = 0, place: string): Result | undefined {
  if (count >= least) return undefined
  const message = `${place} has ${howMany(count, 'brokers')}, and should have ${least}. See which does not run or is cut off from the others.`
  return degraded('TOO_FEW_BROKERS', message, { observed: { value: count, unit: 'brokers' } })
}

function judgePartitions(partitions: readonly KafkaPartition[], place: string): Result | undefined {
  const headless = partitions.filter(({ leader }) => leader < 0)
  const behind = partitions.filter(({ isr, replicas }) => isr.length < replicas.length)
  if (headless.length > 0) {
    const message = `${howMany(headless.length, 'partitions', ['has', 'have'])} no leader at ${place}: ${listed(headless)}. See which brokers do not run.`
    return unhealthy('NO_LEADER', message, { observed: { value: headless.length, unit: 'partitions' } })
  }
  if (behind.length === 0) return undefined
  const message = `${howMany(behind.length, 'partitions', ['lacks', 'lack'])} replicas in sync at ${place}: ${listed(behind)}. See which brokers do not run or do not keep up.`
  return degraded('UNDER_REPLICATED', message, { observed: { value: behind.length, unit: 'partitions' } })
}

/** `orders/0, orders/3`, the first few. */
function listed(partitions: readonly KafkaPartition[]): string {
  const names = partitions.slice(0, 3).map(({ topic, partition }) => `${topic}/${partition}`)
  return `${names.join(', ')}${partitions.length > names.length ? ' and others' : ''}`
}
