import { array, int16, int32, int64, KafkaCursor, text } from './kafka-bytes.ts'
import { serveWire, type Wire } from './serve-wire.ts'

export interface KafkaWirePartition {
  /** -1: none. */
  readonly leader: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  /** Offsets of the oldest message and of the next one. Default 0. */
  readonly low?: number
  readonly high?: number
  /** Up to which its groups have read. Default -1: they have committed nothing. */
  readonly committed?: number
}

export interface KafkaWireOptions {
  /** How many brokers it says there are; all are this one. Default 1. */
  readonly brokers?: number
  readonly topics?: Readonly<Record<string, readonly KafkaWirePartition[]>>
  /** The consumer groups that it knows. Default: none. */
  readonly groups?: readonly string[]
  /** The password of its user `hale`. Default: it asks for none. */
  readonly password?: string
}

export interface KafkaWire extends Wire {
  /** The port that its brokers say is theirs: that of a proxy before it. First its own. */
  advertised: number
}

interface Talk {
  /** Whether who asks has logged in, or need not. */
  isKnown: boolean
}

/** What a request asks, as far as it is known; one that is not is refused by closing the connection. */
const LIST_OFFSETS = 2
const METADATA = 3
const OFFSET_FETCH = 9
const FIND_COORDINATOR = 10
const LIST_GROUPS = 16
const SASL_HANDSHAKE = 17
const API_VERSIONS = 18
const SASL_AUTHENTICATE = 36
/** The one version of each that is spoken. */
const VERSIONS: Readonly<Record<number, number>> = {
  [LIST_OFFSETS]: 1,
  [METADATA]: 5,
  [OFFSET_FETCH]: 1,
  [FIND_COORDINATOR]: 1,
  [LIST_GROUPS]: 1,
  [SASL_HANDSHAKE]: 1,
  [API_VERSIONS]: 1,
  [SASL_AUTHENTICATE]: 1,
}
const [NO_ERROR, UNKNOWN_TOPIC, NO_LEADER, UNSUPPORTED_VERSION, LOGIN_REFUSED] = [0, 3, 5, 35, 58]

/** The offset that is asked for when it is not by time. https://kafka.apache.org/protocol#The_Messages_ListOffsets */
const OLDEST = -2n

/**
 * Speaks as much of Kafka's protocol as a client needs to log in and to be told of brokers, topics and groups, as a cluster that
 * is not well tells it: that of librdkafka (`kafka.ts`) always is, and tells of no groups. https://kafka.apache.org/protocol
 */
export async function serveKafkaWire(options: KafkaWireOptions = {}): Promise<KafkaWire> {
  const wire = await serveWire<Talk>({
    begin: () => ({ isKnown: options.password === undefined }),
    lengthOf: (received) => (received.length < 4 ? undefined : 4 + received.readInt32BE(0)),
    answer(message, talk) {
      const request = message.subarray(4)
      const reply = request.length < 10 ? undefined : answer(request, talk, options, cluster.advertised)
      return reply && Buffer.concat([int32(4 + reply.length), request.subarray(4, 8), reply])
    },
  })
  const cluster: KafkaWire = Object.assign(wire, { advertised: wire.port })
  return cluster
}

/** The answer without its correlation id; undefined when the request is none that is understood, or comes before the login. */
function answer(request: Buffer, talk: Talk, options: KafkaWireOptions, port: number): Buffer | undefined {
  const { password } = options
  const [key, version] = [request.readInt16BE(0), request.readInt16BE(2)]
  const body = request.subarray(10 + Math.max(0, request.readInt16BE(8)))
  if (key === API_VERSIONS) {
    // One version of it is answered by another, so that a client finds out which is spoken.
    const isSpoken = version === VERSIONS[key]
    const known = Object.entries(VERSIONS).map(([id, only]) => [int16(Number(id)), int16(only), int16(only)])
    const versions = array(known.map((each) => Buffer.concat(each)))
    return Buffer.concat([int16(isSpoken ? NO_ERROR : UNSUPPORTED_VERSION), versions, int32(0)])
  }
  if (VERSIONS[key] !== version) return undefined
  switch (key) {
    case SASL_HANDSHAKE:
      return Buffer.concat([int16(NO_ERROR), array([text('PLAIN')])])
    case SASL_AUTHENTICATE: {
      talk.isKnown = body.toString('utf8', 4) === `\0hale\0${password ?? ''}`
      const problem = talk.isKnown ? NO_ERROR : LOGIN_REFUSED
      return Buffer.concat([int16(problem), text('Invalid username or password'), int32(0), Buffer.alloc(8)])
    }
    default:
      return talk.isKnown ? tell(key, new KafkaCursor(body), options, port) : undefined
  }
}

/** The answer to who may ask. */
function tell(
  key: number,
  request: KafkaCursor,
  { brokers = 1, groups = [], topics = {} }: KafkaWireOptions,
  port: number,
): Buffer | undefined {
  const broker = (id: number): Buffer => Buffer.concat([int32(id), text('127.0.0.1'), int32(port)])
  /** What is told of each partition that is asked for, by topic. */
  const ofPartitions = (tellOne: (id: number, partition: KafkaWirePartition | undefined) => Buffer): Buffer =>
    array(
      request.array(() => {
        const name = request.text()
        const told = request.array(() => {
          const id = request.int32()
          return tellOne(id, topics[name]?.[id])
        })
        return Buffer.concat([text(name), array(told)])
      }),
    )
  switch (key) {
    case METADATA: {
      const all = Array.from({ length: brokers }, (_, id) => Buffer.concat([broker(id), int16(-1)]))
      const asked = request.array(() => request.text()).map((name) => topic(name, topics[name]))
      return Buffer.concat([int32(0), array(all), text('wire'), int32(0), array(asked)])
    }
    case FIND_COORDINATOR:
      return Buffer.concat([int32(0), int16(NO_ERROR), int16(-1), broker(0)])
    case LIST_GROUPS:
      return Buffer.concat([
        int32(0),
        int16(NO_ERROR),
        array(groups.map((group) => Buffer.concat([text(group), text('consumer')]))),
      ])
    case OFFSET_FETCH:
      request.text() // every group has read as far
      return ofPartitions((id, partition) =>
        Buffer.concat([int32(id), int64(partition?.committed ?? -1), text(''), int16(NO_ERROR)]),
      )
    case LIST_OFFSETS:
      request.int32() // no replica asks
      return ofPartitions((id, partition) => {
        const { low = 0, high = 0 } = partition ?? {}
        const offset = request.int64() === OLDEST ? low : high
        return Buffer.concat([int32(id), int16(NO_ERROR), int64(-1), int64(offset)])
      })
    default:
      return undefined
  }
}

function topic(name: string, partitions: readonly KafkaWirePartition[] | undefined): Buffer {
  const ids = (given: readonly number[]): Buffer => array(given.map(int32))
  const known = (partitions ?? []).map(({ leader, replicas, isr }, id) =>
    Buffer.concat([
      int16(leader < 0 ? NO_LEADER : NO_ERROR),
      int32(id),
      int32(leader),
      ids(replicas),
      ids(isr),
      ids([]),
    ]),
  )
  return Buffer.concat([
    int16(partitions === undefined ? UNKNOWN_TOPIC : NO_ERROR),
    text(name),
    Buffer.of(0),
    array(known),
  ])
}
