import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { HttpTls } from './http-exchange.ts'

/** A protocol of packets, in which answers come in the order of the questions. */
export interface PacketProtocol<P> {
  /** Ports where the URL names none; that of TLS is taken when its scheme ends with `s`. */
  readonly ports: { readonly plain: number; readonly secure: number }
  /** What is sent once it is connected. */
  readonly greeting: Buffer
  /** Takes whole packets from what has come, and the bytes that are left; undefined when those are no packets. */
  readonly take: (bytes: Buffer) => { readonly packets: readonly P[]; readonly rest: Buffer } | undefined
  readonly onPacket: (packet: P) => void
  /** Called once it is closed, whoever closed it. */
  readonly onBroken: () => void
  /** What it is broken by when the other side does not speak the protocol. */
  readonly protocolError: () => Error
}

interface Waiting<P> {
  readonly isAnswer: (packet: P) => boolean
  readonly resolve: (packet: P) => void
  readonly reject: (error: unknown) => void
}

/** A connection over which packets go. */
export class PacketExchange<P> {
  readonly #protocol: PacketProtocol<P>
  readonly #socket: Socket
  readonly #waiting: Waiting<P>[] = []
  #received: Buffer = Buffer.alloc(0)
  #broken: Error | undefined

  constructor(url: URL, tls: HttpTls, protocol: PacketProtocol<P>) {
    this.#protocol = protocol
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const isSecure = url.protocol.endsWith('s:')
    const port = url.port === '' ? protocol.ports[isSecure ? 'secure' : 'plain'] : Number(url.port)
    this.#socket = isSecure
      ? connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...tls })
      : connectPlain({ host, port })
    // While nothing is asked, only the system finds out that the way is gone.
    this.#socket.setNoDelay(true).setKeepAlive(true, 30_000)
    this.#socket.once(isSecure ? 'secureConnect' : 'connect', () => this.send(protocol.greeting))
    this.#socket.on('data', (chunk) => this.#read(chunk))
    this.#socket.on('error', (error) => (this.#broken ??= error))
    this.#socket.once('close', () => {
      this.#broken ??= hungUp()
      this.rejectAll(this.#broken)
      protocol.onBroken()
    })
  }

  send(bytes: Buffer): void {
    this.#socket.write(bytes)
  }

  /** Sends a question and waits for its answer. Rejects when the connection breaks. */
  ask(question: Buffer, isAnswer: (packet: P) => boolean): Promise<P> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken)
    this.send(question)
    return this.next(isAnswer)
  }

  /** Waits for a packet after those that are waited for already. */
  next(isAnswer: (packet: P) => boolean): Promise<P> {
    return new Promise((resolve, reject) => this.#waiting.push({ isAnswer, resolve, reject }))
  }

  /** Gives a packet to who waits for it; one that is not the answer that is due breaks the connection. */
  answer(packet: P): void {
    const waiting = this.#waiting[0]
    if (waiting?.isAnswer(packet) !== true) return this.fail(this.#protocol.protocolError())
    this.#waiting.shift()
    waiting.resolve(packet)
  }

  rejectAll(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }

  /** Ends it, after what was sent. Those who wait are told this error. */
  fail(error: Error): void {
    this.#broken ??= error
    // What is not connected has sent nothing yet, and a firewall could keep it for minutes.
    if (this.#socket.connecting) this.#socket.destroy()
    else this.#socket.destroySoon()
  }

  /** Says goodbye and ends it. */
  end(goodbye?: Buffer): void {
    if (goodbye !== undefined && this.#socket.writable) this.send(goodbye)
    this.fail(hungUp())
    this.rejectAll(hungUp())
  }

  #read(chunk: Buffer): void {
    const taken = this.#protocol.take(Buffer.concat([this.#received, chunk]))
    if (taken === undefined) return this.fail(this.#protocol.protocolError())
    this.#received = taken.rest
    for (const packet of taken.packets) this.#protocol.onPacket(packet)
  }
}

function hungUp(): Error {
  return Object.assign(new Error('Connection terminated'), { code: 'ECONNRESET' })
}
