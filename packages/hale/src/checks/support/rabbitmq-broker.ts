import type { Finding } from '../../core/error-sentences.ts'
import { NOT_FOUND } from './told.ts'

/** What a queue holds. */
export interface QueueCounts {
  /** Messages that are ready to be delivered. */
  readonly messages: number
  readonly consumers: number
}

/** What the check asks, whosever the connection is. */
export interface Broker {
  /** Why the server takes no more messages; undefined while it takes them. */
  readonly blockedBy: string | undefined
  /** What a queue holds; without a queue only whether a channel answers. Undefined also when it is blocked meanwhile. */
  ask(queue: string | undefined): Promise<QueueCounts | undefined>
}

/** A connection of `amqplib`, also one that recovers by itself. */
export interface AmqplibConnection {
  createChannel(): Promise<AmqplibChannel>
  on(event: string, listener: (...given: unknown[]) => void): unknown
  removeListener(event: string, listener: (...given: unknown[]) => void): unknown
}

export interface AmqplibChannel {
  checkQueue(queue: string): Promise<Counted>
  prefetch(count: number): Promise<unknown>
  close(): Promise<unknown>
  on(event: string, listener: (error: unknown) => void): unknown
}

/** A manager of `amqp-connection-manager`. */
export interface AmqpManager {
  readonly connection: AmqplibConnection | undefined
  isConnected(): boolean
  on(event: string, listener: (...given: unknown[]) => void): unknown
  removeListener(event: string, listener: (...given: unknown[]) => void): unknown
}

/** A `Connection` of `rabbitmq-client`. */
export interface RabbitmqClientConnection {
  acquire(options: { readonly emitErrorsFromChannel: true }): Promise<RabbitmqClientChannel>
  on(event: 'connection.blocked', listener: (...given: unknown[]) => void): unknown
  removeListener(event: string, listener: (...given: unknown[]) => void): unknown
}

export interface RabbitmqClientChannel {
  queueDeclare(what: { readonly queue: string; readonly passive: true }): Promise<Counted>
  basicQos(what: { readonly prefetchCount: number }): Promise<unknown>
  close(): Promise<unknown>
  on(event: 'error', listener: (error: unknown) => void): unknown
}

interface Counted {
  readonly messageCount: number
  readonly consumerCount: number
}

export type RabbitmqClient = AmqplibConnection | AmqpManager | RabbitmqClientConnection

/** A channel of the check's own on the app's connection. */
interface Channel {
  readonly ask: (queue: string | undefined) => Promise<Counted | undefined>
  readonly close: () => Promise<unknown>
}

/** What the clients call the events by which a connection is blocked, and no more. */
const BLOCKED = ['blocked', 'connection.blocked']
const NOT_BLOCKED = ['unblocked', 'connection.unblocked', 'connection', 'connect', 'disconnect', 'close']

/** Asks through the app's own connection, over a channel that is kept and opened anew when it was closed. */
export class ClientBroker implements Broker {
  readonly #current: () => RabbitmqClient | undefined
  #followed: RabbitmqClient | undefined
  /** What the channel is opened on. */
  #connection: AmqplibConnection | RabbitmqClientConnection | undefined
  #channel: Promise<Channel> | undefined
  #asking = 0
  #blockedBy: string | undefined

  constructor(source: RabbitmqClient | (() => RabbitmqClient | undefined)) {
    this.#current = typeof source === 'function' ? source : () => source
    if (typeof source !== 'function') this.#follow(source) // it may be blocked before the first run
  }

  get blockedBy(): string | undefined {
    return this.#blockedBy
  }

  async ask(queue: string | undefined): Promise<QueueCounts | undefined> {
    const client = this.#current()
    this.#follow(client)
    const connection = client !== undefined && 'isConnected' in client ? client.connection : client
    if (connection === undefined) throw Object.assign(new Error('There is no connection'), { code: 'CLOSING' })
    // A channel answers one question after the other: one that hangs, as that of a queue can, holds up the next.
    if (connection !== this.#connection || this.#asking > 0) this.#drop()
    this.#connection = connection
    this.#channel ??= openChannel(connection)
    const channel = this.#channel
    this.#asking++
    try {
      const counted = await (await channel).ask(queue)
      return counted && { messages: counted.messageCount, consumers: counted.consumerCount }
    } catch (error) {
      // A server closes the channel on which it was asked for what is not there.
      if (channel === this.#channel) this.#drop()
      throw error
    } finally {
      this.#asking--
    }
  }

  close(): void {
    this.#follow(undefined)
    this.#drop()
  }

  #drop(): void {
    const channel = this.#channel
    this.#channel = undefined
    void closeQuietly(channel)
  }

  #follow(client: RabbitmqClient | undefined): void {
    if (client === this.#followed) return
    const [before, after] = [this.#followed, client] as (AmqplibConnection | undefined)[]
    for (const event of BLOCKED) {
      before?.removeListener(event, this.#onBlocked)
      after?.on(event, this.#onBlocked)
    }
    for (const event of NOT_BLOCKED) {
      before?.removeListener(event, this.#onNotBlocked)
      after?.on(event, this.#onNotBlocked)
    }
    this.#blockedBy = undefined
    this.#followed = client
  }

  readonly #onBlocked = (given: unknown): void => {
    const reason = typeof given === 'object' && given !== null && 'reason' in given ? given.reason : given
    this.#blockedBy = typeof reason === 'string' ? reason : 'no reason given'
  }

  readonly #onNotBlocked = (): void => {
    this.#blockedBy = undefined
  }
}

async function openChannel(connection: AmqplibConnection | RabbitmqClientConnection): Promise<Channel> {
  if ('acquire' in connection) {
    const channel = await connection.acquire({ emitErrorsFromChannel: true })
    channel.on('error', () => {}) // whoever asked is told
    return {
      ask: async (queue) =>
        queue === undefined
          ? void (await channel.basicQos({ prefetchCount: 1 }))
          : channel.queueDeclare({ queue, passive: true }),
      close: () => channel.close(),
    }
  }
  const channel = await connection.createChannel()
  channel.on('error', () => {})
  return {
    ask: async (queue) => (queue === undefined ? void (await channel.prefetch(1)) : channel.checkQueue(queue)),
    close: () => channel.close(),
  }
}

async function closeQuietly(channel: Promise<Channel> | undefined): Promise<void> {
  try {
    await (await channel)?.close()
  } catch {
    // It was closed already.
  }
}

/** https://www.rabbitmq.com/amqp-0-9-1-reference#constants */
const BY_NUMBER: Readonly<Record<number, Finding | undefined>> = {
  320: 'NOT_READY', // it shuts down, or somebody closed the connection
  403: 'AUTH_FAILED',
  404: NOT_FOUND,
  501: 'PROTOCOL_ERROR',
  502: 'PROTOCOL_ERROR',
  503: 'PROTOCOL_ERROR',
  505: 'PROTOCOL_ERROR',
}

/** Of `rabbitmq-client`. */
const BY_WORD: Readonly<Record<string, Finding>> = {
  ACCESS_REFUSED: 'AUTH_FAILED',
  CONNECTION_FORCED: 'NOT_READY',
  NOT_FOUND: NOT_FOUND,
  RESOURCE_LOCKED: 'QUERY_FAILED',
  PRECONDITION_FAILED: 'QUERY_FAILED',
  CONN_CLOSE: 'CONNECTION_RESET',
  READ_END: 'CONNECTION_RESET',
  CH_CLOSE: 'CONNECTION_FAILED',
  CLOSING: 'CONNECTION_FAILED',
  CONNECTION_TIMEOUT: 'CONNECTION_TIMEOUT',
  SOCKET_TIMEOUT: 'CONNECTION_TIMEOUT',
  UNEXPECTED_FRAME: 'PROTOCOL_ERROR',
  VERSION_MISMATCH: 'PROTOCOL_ERROR',
  COMMAND_INVALID: 'PROTOCOL_ERROR',
  FRAME_ERROR: 'PROTOCOL_ERROR',
  CODEC: 'PROTOCOL_ERROR',
}

/** The code of an error of RabbitMQ's, or of one of its clients. */
export function codeOfRabbitmq(error: unknown): Finding | undefined {
  const { code, message, name } = (error ?? {}) as { code?: unknown; message?: unknown; name?: unknown }
  const text = String(message)
  if (code === NOT_ALLOWED || code === 'NOT_ALLOWED') {
    if (/vhost .* not found/.test(text)) return NOT_FOUND
    return /limit .* is reached/.test(text) ? 'TOO_MANY_CONNECTIONS' : 'AUTH_FAILED'
  }
  if (typeof code === 'number') return BY_NUMBER[code] ?? 'QUERY_FAILED'
  if (typeof code === 'string' && Object.hasOwn(BY_WORD, code)) return BY_WORD[code]
  if (name === 'IllegalOperationError') return 'CONNECTION_FAILED' // amqplib: it was closed before
  return /^(?:Channel ended|Unexpected close|channel closed|Connection closed|Heartbeat timeout)/.test(text)
    ? 'CONNECTION_RESET'
    : undefined
}

const NOT_ALLOWED = 530
