import { randomBytes } from 'node:crypto'
import type { ErrorCode } from '../../core/error-sentences.ts'
import type { HttpTls } from './http-exchange.ts'
import {
  CONNACK,
  connectPacket,
  DISCONNECT_PACKET,
  isRetained,
  PING_PACKET,
  PINGRESP,
  PUBLISH,
  SUBACK,
  subscribePacket,
  takePackets,
  type Packet,
} from './mqtt-wire.ts'
import { PacketExchange } from './packet-exchange.ts'

/** What the check asks, whosever the connection is. */
export interface MqttPeer {
  /** Messages that have come on the topic since it is connected; those that the server had kept are not counted. */
  readonly arrived: number
  /** Settled by the answer to a PINGREQ. */
  ping(): Promise<void>
}

/** What the server refused a connection or a subscription with. */
class MqttError extends Error {
  readonly code: number

  constructor(code: number) {
    super(WORDS[code] ?? `refused with return code ${code}`)
    this.name = 'MqttError'
    this.code = code
  }
}

const WORDS: Readonly<Record<number, string | undefined>> = {
  1: 'it does not speak MQTT 3.1.1',
  2: 'it rejected the client identifier',
  3: 'it says that it is unavailable',
}

const NOT_MQTT = -1
const NOT_SUBSCRIBED = 0x80

/** 3.2.2.3 and 3.9.3: https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html */
const BY_NUMBER: Readonly<Record<number, ErrorCode | undefined>> = {
  [NOT_MQTT]: 'PROTOCOL_ERROR',
  1: 'PROTOCOL_ERROR', // it does not speak 3.1.1
  3: 'NOT_READY',
  4: 'AUTH_FAILED',
  5: 'AUTH_FAILED',
  [NOT_SUBSCRIBED]: 'AUTH_FAILED', // the user may not read the topic
}

/** The code of an error of a connection of {@link MqttConnection}. */
export function codeOfMqtt(error: unknown): ErrorCode | undefined {
  return error instanceof MqttError ? (BY_NUMBER[error.code] ?? 'QUERY_FAILED') : undefined
}

/** Seconds. Each run says something, and the server forgets a client that has gone after one and a half of this. */
const KEEP_ALIVE = 1_200

export interface MqttConnectionOptions {
  readonly url: URL
  readonly tls: HttpTls
  /** A topic to listen to. */
  readonly topic: string | undefined
  /** Called once it is closed, whoever closed it. */
  readonly onBroken: () => void
}

/** A connection to a server that speaks MQTT 3.1.1. */
export class MqttConnection implements MqttPeer {
  /** Settled when it is logged in, and listens to the topic, or cannot. */
  readonly ready: Promise<void>
  readonly #exchange: PacketExchange<Packet>
  #arrived = 0

  constructor({ url, tls, topic, onBroken }: MqttConnectionOptions) {
    this.#exchange = new PacketExchange<Packet>(url, tls, {
      ports: { plain: 1883, secure: 8883 },
      greeting: connectPacket({
        client: `hale-${randomBytes(6).toString('hex')}`,
        user: decodeURIComponent(url.username),
        password: decodeURIComponent(url.password),
        keepAlive: KEEP_ALIVE,
      }),
      take: takePackets,
      onPacket: (packet) => this.#take(packet),
      onBroken,
      protocolError: () => new MqttError(NOT_MQTT),
    })
    this.ready = this.#logIn(topic)
    this.ready.catch(() => {}) // told to who waits for it
  }

  get arrived(): number {
    return this.#arrived
  }

  async ping(): Promise<void> {
    await this.#exchange.ask(PING_PACKET, ({ type }) => type === PINGRESP)
  }

  end(): void {
    this.#exchange.end(DISCONNECT_PACKET)
  }

  async #logIn(topic: string | undefined): Promise<void> {
    const { body } = await this.#exchange.next(({ type }) => type === CONNACK)
    refuseBut(body[1])
    if (topic === undefined) return
    const subscribed = await this.#exchange.ask(subscribePacket(1, topic), ({ type }) => type === SUBACK)
    refuseBut(subscribed.body[2])
  }

  #take(packet: Packet): void {
    if (packet.type !== PUBLISH) return this.#exchange.answer(packet)
    if (!isRetained(packet)) this.#arrived++
  }
}

/** @throws {MqttError} unless it is the 0 of a connection or subscription that is taken. */
function refuseBut(code = NOT_MQTT): void {
  if (code !== 0) throw new MqttError(code)
}
