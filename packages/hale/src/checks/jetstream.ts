import type { DependencyCheck } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import type { Duration } from '../core/duration.ts'
import { healthy, type Result } from '../core/result.ts'
import { textRule, type Rules } from '../core/rules.ts'
import { clientCheck, sourceProblem, urlOf } from './support/client-check.ts'
import { keepClient, reshape, type KeptClient } from './support/kept-client.ts'
import { COUNT, DURATION, limitRules } from './support/limit-rules.ts'
import { placeOfClient } from './support/client-place.ts'
import { refuseMisuse } from './support/misuse.ts'
import { codeOfNats, NATS_SCHEMES, openNats } from './support/nats-connection.ts'
import { loadPeer, placeOfUrl } from './support/peer.ts'
import { judgeAge, judgeCount } from './support/queue-limits.ts'
import { worstOf } from './support/worst-of.ts'
import { howMany } from './support/how-many.ts'

/**
 * What a client must have: what `jetstreamManager()` of `@nats-io/jetstream`, or that of a connection of `nats`,
 * gives.
 */
export interface JetstreamManager {
  readonly consumers: { info(stream: string, consumer: string): Promise<JetstreamConsumer> }
  readonly streams: {
    getMessage(
      stream: string,
      query: { readonly seq: number; readonly next_by_subj: string },
    ): Promise<{ readonly time: Date } | null>
  }
}

/** https://docs.nats.io/reference/reference-protocols/nats_api_reference */
export interface JetstreamConsumer {
  readonly num_pending: number
  readonly num_ack_pending: number
  readonly num_redelivered: number
  readonly ack_floor: { readonly stream_seq: number }
  readonly config: { readonly filter_subject?: string }
}

export interface JetstreamOptions {
  /** The stream. */
  readonly stream: string
  /** The durable name of the consumer. */
  readonly consumer: string
  /** Degraded, `CONSUMER_LAG`, when more messages are still to be delivered. Default: no limit. */
  readonly pendingDegraded?: number
  /** Unhealthy, `CONSUMER_LAG`, when more messages are still to be delivered. Default: no limit. */
  readonly pendingUnhealthy?: number
  /**
   * Degraded, `CONSUMER_LAG`, when the first message above the acknowledgement floor is older, by the server's clock
   * and ours: `10m`. Sees one that nobody acknowledges too. Default: not asked.
   */
  readonly ageDegraded?: Duration
  /** Unhealthy, `CONSUMER_LAG`, when that message is older. Default: not asked. */
  readonly ageUnhealthy?: Duration
  /** How messages call the server. Default: host and port where the URL or the client tells them, else `NATS`. */
  readonly where?: string
}

const RULES: Rules<JetstreamOptions> = {
  stream: nameProblem,
  consumer: nameProblem,
  ...limitRules('pendingDegraded', 'pendingUnhealthy', COUNT),
  ...limitRules('ageDegraded', 'ageUnhealthy', DURATION),
  where: textRule,
}

/**
 * How far a consumer of NATS JetStream is behind, asked through the app's own JetStream manager. Given a URL (`nats://…`,
 * `tls://…`), it keeps one connection of its own (needs `@nats-io/transport-node` and `@nats-io/jetstream`). Costs one request
 * about the consumer per run, and one for the first message above its acknowledgement floor when an age is a limit and
 * something waits.
 *
 * Observed: messages that are still to be delivered; the age in ms when that is beyond its limit. Data: pending, not
 * acknowledged, redelivered, age of the oldest.
 *
 * Codes: `NOT_FOUND` when there is no such stream or consumer, or no JetStream; `PROTOCOL_ERROR` when something else
 * answers.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function jetstream(source: JetstreamManager | string | URL, options: JetstreamOptions): DependencyCheck {
  const url = urlOf(source)
  refuseMisuse('jetstream', options, RULES, {
    source:
      url === undefined
        ? sourceProblem((source as Partial<JetstreamManager> | null)?.consumers, [], ['info']) &&
          'must be a JetStream manager, or a URL'
        : sourceProblem(source, NATS_SCHEMES, []),
  })
  const { stream, consumer, ageDegraded, ageUnhealthy } = options
  const place = options.where ?? (url === undefined ? placeOfClient(source) : placeOfUrl(url)) ?? 'NATS'
  const asksForAge = ageDegraded !== undefined || ageUnhealthy !== undefined

  return clientCheck<JetstreamManager>({
    kind: 'jetstream',
    through: url === undefined ? { client: source as JetstreamManager } : { kept: keepConnection(url) },
    place,
    question: `consumer info of ${stream}/${consumer}`,
    notFound: `There is no consumer ${stream}/${consumer} at ${place}. Correct the names, or create the stream and the consumer.`,
    codes: codeOfNats,
    async ask(manager, { clock }) {
      const found = await manager.consumers.info(stream, consumer)
      const waits = found.num_pending + found.num_ack_pending > 0
      const oldestMs = asksForAge && waits ? await ageOfOldest(manager, stream, found, clock) : undefined
      return judge(found, oldestMs, options, place)
    },
  })
}

/** What a subject can hold: https://docs.nats.io/running-a-nats-service/nats_admin/jetstream_admin/naming */
function nameProblem(name: unknown): string | false {
  return !(typeof name === 'string' && /^[^\s.*>/\\]+$/.test(name)) && 'must be a name, without space . * > / \\'
}

/** By the time at which the stream took the message: the floor itself tells only when it last moved. */
async function ageOfOldest(
  manager: JetstreamManager,
  stream: string,
  { ack_floor, config }: JetstreamConsumer,
  clock: Pick<Clock, 'wall'>,
): Promise<number | undefined> {
  const query = { seq: ack_floor.stream_seq + 1, next_by_subj: config.filter_subject ?? '>' }
  const oldest = await manager.streams.getMessage(stream, query)
  return oldest === null ? undefined : Math.max(0, clock.wall() - oldest.time.getTime())
}

function judge(
  found: JetstreamConsumer,
  oldestMs: number | undefined,
  { stream, consumer, ageDegraded, ageUnhealthy, pendingDegraded, pendingUnhealthy }: JetstreamOptions,
  place: string,
): Result {
  const { num_pending: pending, num_ack_pending: unacknowledged, num_redelivered: redelivered } = found
  const [who, code] = [`${stream}/${consumer} at ${place}`, 'CONSUMER_LAG'] as const
  const data = { pending, unacknowledged, redelivered, ...(oldestMs === undefined ? {} : { oldestMs }) }
  const unit = 'messages'
  return worstOf(
    healthy(`${howMany(pending, unit, VERB)} for ${who}.`, { observed: { value: pending, unit }, data }),
    judgeCount({
      count: pending,
      unit,
      degraded: pendingDegraded,
      unhealthy: pendingUnhealthy,
      code,
      verb: VERB,
      where: `for ${who}`,
      tryThis: 'See whether its consumers run, or start more.',
    }),
    judgeAge({
      ms: oldestMs,
      degraded: ageDegraded,
      unhealthy: ageUnhealthy,
      code,
      what: `The oldest message that ${who} has not acknowledged`,
      tryThis: `See whether its consumers run and get through: ${howMany(redelivered, 'messages', ['was', 'were'])} delivered again.`,
    }),
  )
}

const VERB = ['waits', 'wait'] as const

function keepConnection(url: string): KeptClient<JetstreamManager> {
  const kept = keepClient({
    async make(timeoutMs, onBroken) {
      const { jetstreamManager } = await loadPeer('@nats-io/jetstream', () => import('@nats-io/jetstream'))
      const connection = await openNats(url, timeoutMs, onBroken)
      return { connection, manager: await jetstreamManager(connection, { checkAPI: false }) }
    },
    end: ({ connection }) => connection.close(),
  })
  return reshape(kept, ({ manager }) => manager)
}
