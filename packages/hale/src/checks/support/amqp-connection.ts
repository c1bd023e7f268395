import {
  frame,
  HEADER,
  HEARTBEAT,
  long,
  LONGEST_FRAME,
  longText,
  METHOD,
  method,
  METHODS,
  octet,
  PROTOCOL_HEADER,
  readShortText,
  short,
  shortText,
  table,
  takeFrames,
  type Frame,
} from './amqp-wire.ts'
import type { HttpTls } from './http-exchange.ts'
import { PacketExchange } from './packet-exchange.ts'
import type { Broker, QueueCounts } from './rabbitmq-broker.ts'

/** Why a connection or a channel was closed: https://www.rabbitmq.com/amqp-0-9-1-reference#constants */
class AmqpError extends Error {
  readonly code: number

  constructor(code: number, text: string) {
    super(text)
    this.name = 'AmqpError'
    this.code = code
  }
}

const FRAME_ERROR = 501
/** Channel 0 is the connection's own. */
const CHANNEL = 1
const PASSIVE = 1

export interface AmqpConnectionOptions {
  readonly url: URL
  readonly tls: HttpTls
  /** Each question is preceded by a message that goes nowhere. */
  readonly publishes: boolean
  /** Called once it is closed, whoever closed it. */
  readonly onBroken: () => void
}

/** A connection to a server that speaks AMQP 0-9-1, with one channel. */
export class AmqpConnection implements Broker {
  /** Settled when it is logged in or cannot be. */
  readonly ready: Promise<void>
  readonly #exchange: PacketExchange<Frame>
  readonly #publishes: boolean
  #channelIsOpen = false
  #blockedBy: string | undefined
  #whenBlocked: (() => void) | undefined

  constructor({ url, tls, publishes, onBroken }: AmqpConnectionOptions) {
    this.#publishes = publishes
    this.#exchange = new PacketExchange<Frame>(url, tls, {
      ports: { plain: 5672, secure: 5671 },
      greeting: PROTOCOL_HEADER,
      take: takeFrames,
      onPacket: (packet) => this.#take(packet),
      onBroken,
      protocolError: () => new AmqpError(FRAME_ERROR, 'That is not AMQP'),
    })
    this.ready = this.#logIn(url)
    this.ready.catch(() => {}) // told to who waits for it
  }

  get blockedBy(): string | undefined {
    return this.#blockedBy
  }

  async ask(queue: string | undefined): Promise<QueueCounts | undefined> {
    if (!this.#channelIsOpen) {
      await this.#ask(METHODS.channelOpenOk, method(CHANNEL, METHODS.channelOpen, shortText('')))
      this.#channelIsOpen = true
    }
    if (this.#publishes) this.#publishNowhere()
    // A server that is blocked reads no more from who publishes, so that no answer may ever come.
    const blocked = new Promise<undefined>((resolve) => (this.#whenBlocked = () => resolve(undefined)))
    const answer = queue === undefined ? this.#setQos() : this.#count(queue)
    answer.catch(() => {}) // it may have been blocked meanwhile
    return Promise.race([answer, blocked])
  }

  end(): void {
    const goodbye = method(0, METHODS.connectionClose, short(200), shortText(''), short(0), short(0))
    this.#exchange.end(this.#channelIsOpen ? goodbye : undefined)
  }

  async #logIn(url: URL): Promise<void> {
    await this.#exchange.next(isMethod(METHODS.connectionStart)) // what it offers is not looked at: all offer PLAIN
    const [user, password] = [url.username || 'guest', url.password || 'guest'].map(decodeURIComponent)
    const capabilities = { authentication_failure_close: true, 'connection.blocked': true } as const
    const about = table({ product: 'hale', connection_name: 'hale', capabilities })
    const plain = longText(`\0${user}\0${password}`)
    const tune = await this.#ask(
      METHODS.connectionTune,
      method(0, METHODS.connectionStartOk, about, shortText('PLAIN'), plain, shortText('en_US')),
    )
    const heartbeat = tune.length < 8 ? 0 : tune.readUInt16BE(6)
    this.#exchange.send(method(0, METHODS.connectionTuneOk, short(CHANNEL), long(LONGEST_FRAME), short(heartbeat)))
    const host = decodeURIComponent(url.pathname.slice(1)) || '/'
    await this.#ask(
      METHODS.connectionOpenOk,
      method(0, METHODS.connectionOpen, shortText(host), shortText(''), octet(0)),
    )
  }

  /** A question without an effect, as nothing is delivered over this channel. */
  async #setQos(): Promise<undefined> {
    await this.#ask(METHODS.basicQosOk, method(CHANNEL, METHODS.basicQos, long(0), short(1), octet(0)))
  }

  async #count(queue: string): Promise<QueueCounts> {
    const question = method(CHANNEL, METHODS.queueDeclare, short(0), shortText(queue), octet(PASSIVE), table({}))
    const counts = await this.#ask(METHODS.queueDeclareOk, question)
    const at = 1 + (counts[0] ?? 0) // after its name
    if (counts.length < at + 8) throw new AmqpError(FRAME_ERROR, 'The answer is too short')
    return { messages: counts.readUInt32BE(at), consumers: counts.readUInt32BE(at + 4) }
  }

  /** A message to the default exchange under a key that is no queue's: it is dropped. */
  #publishNowhere(): void {
    const key = 'hale.health-check.nowhere'
    this.#exchange.send(method(CHANNEL, METHODS.basicPublish, short(0), shortText(''), shortText(key), octet(0)))
    this.#exchange.send(
      frame(HEADER, CHANNEL, short(METHODS.basicPublish >>> 16), short(0), long(0), long(0), short(0)),
    )
  }

  /** What the method says that answers. */
  async #ask(id: number, question: Buffer): Promise<Buffer> {
    return (await this.#exchange.ask(question, isMethod(id))).payload.subarray(4)
  }

  #take(packet: Frame): void {
    const { payload, type } = packet
    // With a heartbeat of ours for each of the server's, no timer is needed.
    if (type === HEARTBEAT) return this.#exchange.send(frame(HEARTBEAT, 0))
    if (type !== METHOD) return
    const said = payload.subarray(4)
    switch (payload.readUInt32BE(0)) {
      case METHODS.connectionClose:
        this.#exchange.send(method(0, METHODS.connectionCloseOk))
        return this.#exchange.fail(readReason(said))
      case METHODS.channelClose:
        this.#channelIsOpen = false
        this.#exchange.send(method(CHANNEL, METHODS.channelCloseOk))
        return this.#exchange.rejectAll(readReason(said))
      case METHODS.connectionBlocked:
        this.#blockedBy = readShortText(said, 0)
        this.#whenBlocked?.()
        return
      case METHODS.connectionUnblocked:
        this.#blockedBy = undefined
        return
      case METHODS.connectionCloseOk:
        return
      default:
        this.#exchange.answer(packet)
    }
  }
}

function isMethod(id: number): (packet: Frame) => boolean {
  return ({ payload }) => payload.readUInt32BE(0) === id
}

/** The beginning of Connection.Close and Channel.Close. */
function readReason(bytes: Buffer): AmqpError {
  return new AmqpError(bytes.length < 3 ? 0 : bytes.readUInt16BE(0), readShortText(bytes, 2))
}
