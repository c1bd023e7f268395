import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

export interface KafkaWirePartition {
  /** -1: none. */
  readonly leader: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
}

export interface KafkaWireOptions {
  /** How many brokers it says there are; all are this one. Default 1. */
  readonly brokers?: number
  readonly topics?: Readonly<Record<string, readonly KafkaWirePartition[]>>
  /** The password of its user `hale`. Default: it asks for none. */
  readonly password?: string
}

export interface KafkaWire extends AsyncDisposable {
  readonly port: number
}

/** What a request asks, as far as it is known; one that is not is refused by closing the connection. */
const METADATA = 3
const SASL_HANDSHAKE = 17
const API_VERSIONS = 18
const SASL_AUTHENTICATE = 36
/** The one version of each that is spoken. */
const VERSIONS: Readonly<Record<number, number>> = {
  [METADATA]: 5,
  [SASL_HANDSHAKE]: 1,
  [API_VERSIONS]: 1,
  [SASL_AUTHENTICATE]: 1,
}
const [NO_ERROR, UNKNOWN_TOPIC, NO_LEADER, UNSUPPORTED_VERSION, LOGIN_REFUSED] = [0, 3, 5, 35, 58]

/**
 * Speaks as much of Kafka's protocol as a client needs to log in and to be told of brokers and topics, as a cluster that is
 * not well tells it: that of librdkafka (`kafka.ts`) always is. https://kafka.apache.org/protocol
 */
export async function serveKafkaWire(options: KafkaWireOptions = {}): Promise<KafkaWire> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    let received = Buffer.alloc(0)
    const talk = { isKnown: options.password === undefined }
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket)).on('error', () => {})
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
        const request = received.subarray(4, 4 + received.readInt32BE(0))
        received = received.subarray(4 + request.length)
        const reply = request.length < 10 ? undefined : answer(request, talk, options, port)
        if (reply === undefined) return void socket.destroy()
        const body = Buffer.concat([request.subarray(4, 8), reply])
        socket.write(Buffer.concat([int32(body.length), body]))
      }
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The answer without its correlation id; undefined when the request is none that is understood, or comes before the login. */
function answer(
  request: Buffer,
  talk: { isKnown: boolean },
  { brokers = 1, password, topics = {} }: KafkaWireOptions,
  port: number,
): Buffer | undefined {
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
    default: {
      if (!talk.isKnown) return undefined
      const all = Array.from({ length: brokers }, (_, id) =>
        Buffer.concat([int32(id), text('127.0.0.1'), int32(port), int16(-1)]),
      )
      const asked = readTexts(body).map((name) => topic(name, topics[name]))
      return Buffer.concat([int32(0), array(all), text('wire'), int32(0), array(asked)])
    }
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

function readTexts(bytes: Buffer): readonly string[] {
  const texts: string[] = []
  for (let [left, at] = [bytes.readInt32BE(0), 4]; left > 0; left--) {
    const end = at + 2 + bytes.readInt16BE(at)
    texts.push(bytes.toString('utf8', at + 2, end))
    at = end
  }
  return texts
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function text(value: string): Buffer {
  return Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)])
}

function array(items: readonly Buffer[]): Buffer {
  return Buffer.concat([int32(items.length), ...items])
}
