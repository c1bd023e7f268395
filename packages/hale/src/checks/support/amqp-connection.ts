import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
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

interface Waiting {
  /** The method that answers. */
  readonly id: number
  readonly resolve: (arguments_: Buffer) => void
  readonly reject: (error: unknown) => void
}

/** A connection to a server that speaks AMQP 0-9-1, with one channel. */
export class AmqpConnection implements Broker {
  /** Settled when it is logged in or cannot be. */
  readonly ready: Promise<void>
  readonly #socket: Socket
  readonly #url: URL
  readonly #publishes: boolean
  /** Answers come in the order of the questions. */
  readonly #waiting: Waiting[] = []
  #received: Buffer = Buffer.alloc(0)
  #channelIsOpen = false
  #broken: Error | undefined
  #blockedBy: string | undefined
  #whenBlocked: (() => void) | undefined

  /** `onBroken` is called once it is closed, whoever closed it. With `publishes` each question is preceded by a message. */
  constructor(url: URL, tls: HttpTls, publishes: boolean, onBroken: () => void) {
    this.#url = url
    this.#publishes = publishes
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const isSecure = url.protocol === 'amqps:'
    const port = url.port === '' ? (isSecure ? 5671 : 5672) : Number(url.port)
    this.#socket = isSecure
      ? connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...tls })
      : connectPlain({ host, port })
    // While the server reads nothing, only the system finds out that the way to it is gone.
    this.#socket.setNoDelay(true).setKeepAlive(true, 30_000)
    this.#socket.once(isSecure ? 'secureConnect' : 'connect', () => this.#socket.write(PROTOCOL_HEADER))
    this.#socket.on('data', (chunk) => this.#read(chunk))
    this.#socket.on('error', (error) => (this.#broken ??= error))
    this.#socket.once('close', () => {
      this.#broken ??= hungUp()
      for (const { reject } of this.#waiting.splice(0)) reject(this.#broken)
      onBroken()
    })
    this.ready = this.#logIn()
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
    if (this.#socket.writable && this.#channelIsOpen) {
      this.#socket.end(method(0, METHODS.connectionClose, short(200), shortText(''), short(0), short(0)))
    }
    this.#socket.destroySoon()
    for (const { reject } of this.#waiting.splice(0)) reject(hungUp())
  }

  async #logIn(): Promise<void> {
    await this.#answer(METHODS.connectionStart) // what it offers is not looked at: all offer PLAIN
    const [user, password] = [this.#url.username || 'guest', this.#url.password || 'guest'].map(decodeURIComponent)
    const capabilities = { authentication_failure_close: true, 'connection.blocked': true } as const
    const about = table({ product: 'hale', connection_name: 'hale', capabilities })
    const plain = longText(`\0${user}\0${password}`)
    const tune = await this.#ask(
      METHODS.connectionTune,
      method(0, METHODS.connectionStartOk, about, shortText('PLAIN'), plain, shortText('en_US')),
    )
    const heartbeat = tune.length < 8 ? 0 : tune.readUInt16BE(6)
    this.#socket.write(method(0, METHODS.connectionTuneOk, short(CHANNEL), long(LONGEST_FRAME), short(heartbeat)))
    const host = decodeURIComponent(this.#url.pathname.slice(1)) || '/'
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
    this.#socket.write(method(CHANNEL, METHODS.basicPublish, short(0), shortText(''), shortText(key), octet(0)))
    this.#socket.write(frame(HEADER, CHANNEL, short(METHODS.basicPublish >>> 16), short(0), long(0), long(0), short(0)))
  }

  #ask(id: number, question: Buffer): Promise<Buffer> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken)
    this.#socket.write(question)
    return this.#answer(id)
  }

  #answer(id: number): Promise<Buffer> {
    return new Promise((resolve, reject) => this.#waiting.push({ id, resolve, reject }))
  }

  #read(chunk: Buffer): void {
    const taken = takeFrames(Buffer.concat([this.#received, chunk]))
    if (taken === undefined) return this.#fail(new AmqpError(FRAME_ERROR, 'That is no frame of AMQP'))
    this.#received = taken.rest
    for (const each of taken.frames) this.#take(each)
  }

  #take({ type, payload }: Frame): void {
    // With a heartbeat of ours for each of the server's, no timer is needed.
    if (type === HEARTBEAT) return void this.#socket.write(frame(HEARTBEAT, 0))
    if (type !== METHOD) return
    const [id, rest] = [payload.readUInt32BE(0), payload.subarray(4)]
    switch (id) {
      case METHODS.connectionClose:
        this.#socket.write(method(0, METHODS.connectionCloseOk))
        return this.#fail(readReason(rest))
      case METHODS.channelClose:
        this.#channelIsOpen = false
        this.#socket.write(method(CHANNEL, METHODS.channelCloseOk))
        for (const { reject } of this.#waiting.splice(0)) reject(readReason(rest))
        return
      case METHODS.connectionBlocked:
        this.#blockedBy = readShortText(rest, 0)
        this.#whenBlocked?.()
        return
      case METHODS.connectionUnblocked:
        this.#blockedBy = undefined
        return
      default: {
        const waiting = this.#waiting[0]
        if (id !== waiting?.id) return this.#fail(new AmqpError(FRAME_ERROR, 'Another method was expected'))
        this.#waiting.shift()
        waiting.resolve(rest)
      }
    }
  }

  #fail(error: Error): void {
    this.#broken ??= error
    this.#socket.destroySoon()
  }
}

const PASSIVE = 1

/** The beginning of Connection.Close and Channel.Close. */
function readReason(bytes: Buffer): AmqpError {
  return new AmqpError(bytes.length < 3 ? 0 : bytes.readUInt16BE(0), readShortText(bytes, 2))
}

function hungUp(): Error {
  return Object.assign(new Error('Connection terminated'), { code: 'ECONNRESET' })
}
