import type { DependencyCheck } from '../core/check.ts'
import type { KnownCode } from '../core/codes.ts'
import { degraded, healthy, unhealthy, type Result } from '../core/result.ts'
import { isFilled, isNames, textRule, type Rules } from '../core/rules.ts'
import { clientCheck, sourceProblem } from './support/client-check.ts'
import { codeInText } from './support/code-in-text.ts'
import { COUNT, limitRule, limitRules } from './support/limit-rules.ts'
import { refuseMisuse } from './support/misuse.ts'
import { judgeCount } from './support/queue-limits.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './support/response-time.ts'
import { worstOf } from './support/worst-of.ts'

/** What a client must have: an admin client of `kafkajs`, `kafka.admin()`, that is connected. */
export interface KafkaAdmin {
  describeCluster(): Promise<{ readonly brokers: readonly { readonly nodeId: number }[] }>
  fetchTopicMetadata(options: { topics: string[] }): Promise<{ readonly topics: readonly KafkaTopic[] }>
  /** The offsets of the oldest message and of the next one, by partition. */
  fetchTopicOffsets(
    topic: string,
  ): Promise<readonly { readonly partition: number; readonly low: string; readonly high: string }[]>
  /** The offsets that a group has committed, by topic and partition; -1 where it has none. */
  fetchOffsets(options: { groupId: string; topics: string[] }): Promise<readonly KafkaCommitted[]>
}

export interface KafkaTopic {
  readonly name: string
  readonly partitions: readonly {
    readonly partitionId: number
    /** -1: none. */
    readonly leader: number
    readonly replicas: readonly number[]
    /** Those that are in sync. */
    readonly isr: readonly number[]
  }[]
}

export interface KafkaCommitted {
  readonly topic: string
  readonly partitions: readonly { readonly partition: number; readonly offset: string }[]
}

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
   * Degraded, `CONSUMER_LAG`, when more messages of all the topics are still to be read by the group; where it has
   * committed nothing, all that are stored. What is read but not committed counts. Default: no limit.
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
  ...limitRules('lagDegraded', 'lagUnhealthy', COUNT),
  where: textRule,
  ...TIME_LIMITS,
}

/**
 * Asks Kafka for its brokers through the app's own admin client of `kafkajs`, whether its topics have leaders and replicas in
 * sync, and how far a consumer group is behind. Costs two requests for metadata per run; with topics two more; with a group
 * three for what it has committed, one for each topic, and two for each broker that leads one of its partitions. Never more
 * than one run at a time.
 *
 * Observed: time of the first answer in ms; with a group messages that it is behind. Data: brokers, and that lag by topic.
 *
 * Codes: `NOT_FOUND` when there is no such topic.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function kafka(admin: KafkaAdmin, options: KafkaOptions = {}): DependencyCheck {
  refuseMisuse('kafka', options, RULES, {
    admin: sourceProblem(admin, [], ['describeCluster']) && 'must be an admin client of kafkajs',
  })
  const { brokers, group, topics = [], where: place = 'Kafka' } = options
  return clientCheck<KafkaAdmin>({
    kind: 'kafka',
    through: { client: admin },
    place,
    question: 'describeCluster',
    codes: codeOfKafka,
    async ask(client, { clock }) {
      const startedAt = clock.now()
      const cluster = await client.describeCluster()
      const inTime = judgeTime(clock.now() - startedAt, options, `describeCluster at ${place}`)
      const answered = { ...inTime, data: { brokers: cluster.brokers.length } }
      const lag = group === undefined ? undefined : await judgeLag(client, group, topics, options, place)
      return worstOf(
        lag === undefined ? answered : worstOf(lag, answered),
        judgeBrokers(cluster.brokers.length, brokers, place),
        topics.length === 0 ? undefined : await judgeTopics(client, topics, place),
      )
    },
  })
}

function judgeBrokers(count: number, least = 0, place: string): Result | undefined {
  if (count >= least) return undefined
  const message = `${place} has ${count} brokers, and should have ${least}. See which does not run or is cut off from the others.`
  return degraded('TOO_FEW_BROKERS', message, { observed: { value: count, unit: 'brokers' } })
}

async function judgeTopics(client: KafkaAdmin, topics: readonly string[], place: string): Promise<Result | undefined> {
  const found = await client.fetchTopicMetadata({ topics: [...topics] })
  const partitions = found.topics.flatMap(({ name, partitions }) => partitions.map((each) => ({ name, ...each })))
  const headless = partitions.filter(({ leader }) => leader < 0)
  const behind = partitions.filter(({ isr, replicas }) => isr.length < replicas.length)
  if (headless.length > 0) {
    const message = `${headless.length} partitions at ${place} have no leader, ${listed(headless)}. See which brokers do not run.`
    return unhealthy('NO_LEADER', message, { observed: { value: headless.length, unit: 'partitions' } })
  }
  if (behind.length === 0) return undefined
  const message = `${behind.length} partitions at ${place} lack replicas in sync, ${listed(behind)}. See which brokers do not run or do not keep up.`
  return degraded('UNDER_REPLICATED', message, { observed: { value: behind.length, unit: 'partitions' } })
}

/** `orders/0, orders/3`, the first few. */
function listed(partitions: readonly { readonly name: string; readonly partitionId: number }[]): string {
  const names = partitions.slice(0, 3).map(({ name, partitionId }) => `${name}/${partitionId}`)
  return `${names.join(', ')}${partitions.length > names.length ? ' and others' : ''}`
}

async function judgeLag(
  client: KafkaAdmin,
  group: string,
  topics: readonly string[],
  { lagDegraded, lagUnhealthy }: KafkaOptions,
  place: string,
): Promise<Result> {
  // What is committed first: what is written meanwhile is behind, and what is read meanwhile is not.
  const committed = await client.fetchOffsets({ groupId: group, topics: [...topics] })
  const lagByTopic: Record<string, number> = {}
  for (const topic of topics) {
    const ofTopic = committed.find((each) => each.topic === topic)?.partitions ?? []
    const offsets = new Map(ofTopic.map(({ partition, offset }) => [partition, Number(offset)]))
    const ends = await client.fetchTopicOffsets(topic)
    lagByTopic[topic] = ends.reduce((lag, { partition, low, high }) => {
      const at = Math.max(Number(low), offsets.get(partition) ?? -1) // what is deleted is read no more
      return lag + Math.max(0, Number(high) - at)
    }, 0)
  }
  const lag = Object.values(lagByTopic).reduce((sum, each) => sum + each, 0)
  const [unit, what] = ['messages', `of ${topics.join(', ')} at ${place} are still to be read by ${group}`]
  return worstOf(
    healthy(`${lag} messages ${what}.`, { observed: { value: lag, unit }, data: { lag: lagByTopic } }),
    judgeCount({
      count: lag,
      unit,
      degraded: lagDegraded,
      unhealthy: lagUnhealthy,
      code: 'CONSUMER_LAG',
      what,
      tryThis: 'See whether its consumers run and get through, or start more.',
    }),
  )
}

/** https://kafka.apache.org/protocol#protocol_error_codes */
const BY_TYPE: Readonly<Record<string, KnownCode>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'NOT_FOUND',
  LEADER_NOT_AVAILABLE: 'NO_LEADER',
  GROUP_COORDINATOR_NOT_AVAILABLE: 'NOT_READY',
  GROUP_LOAD_IN_PROGRESS: 'NOT_READY',
  TOPIC_AUTHORIZATION_FAILED: 'AUTH_FAILED',
  GROUP_AUTHORIZATION_FAILED: 'AUTH_FAILED',
  CLUSTER_AUTHORIZATION_FAILED: 'AUTH_FAILED',
  SASL_AUTHENTICATION_FAILED: 'AUTH_FAILED',
}

/** Of `kafkajs`. */
const BY_NAME: Readonly<Record<string, KnownCode>> = {
  KafkaJSSASLAuthenticationError: 'AUTH_FAILED',
  KafkaJSConnectionClosedError: 'CONNECTION_RESET',
  KafkaJSRequestTimeoutError: 'TIMEOUT',
  KafkaJSTimeout: 'TIMEOUT',
  KafkaJSLockTimeout: 'TIMEOUT',
  KafkaJSGroupCoordinatorNotFound: 'NOT_READY',
  KafkaJSBrokerNotFound: 'CONNECTION_FAILED',
  KafkaJSNoBrokerAvailableError: 'CONNECTION_FAILED',
  KafkaJSPartialMessageError: 'PROTOCOL_ERROR',
  KafkaJSInvalidVarIntError: 'PROTOCOL_ERROR',
  KafkaJSInvalidLongError: 'PROTOCOL_ERROR',
  KafkaJSServerDoesNotSupportApiKey: 'PROTOCOL_ERROR',
}

function codeOfKafka(error: unknown): KnownCode | undefined {
  const { code, message, name, type } = (error ?? {}) as Readonly<Record<string, unknown>>
  if (typeof type === 'string') return Object.hasOwn(BY_TYPE, type) ? BY_TYPE[type] : 'QUERY_FAILED'
  if (typeof name === 'string' && Object.hasOwn(BY_NAME, name)) return BY_NAME[name]
  if (typeof code === 'string') return undefined // one of Node's
  const text = String(message)
  if (text.startsWith('Connection timeout')) return 'CONNECTION_TIMEOUT'
  // When no broker could be asked kafkajs has null for an answer, and reads on.
  if (name === 'TypeError' && /^Cannot (?:destructure|read) .*\bnull\b/.test(text)) return 'CONNECTION_FAILED'
  return (
    codeInText(text) ?? (/disconnected|not connected|^Closed connection/i.test(text) ? 'CONNECTION_FAILED' : undefined)
  )
}
