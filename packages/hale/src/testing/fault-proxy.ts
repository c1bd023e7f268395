import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { systemClock, type Clock } from '../core/clock.ts'

/**
 * What the way to a server does.
 *
 * - `pass`: nothing, it works
 * - `refuse`: nothing listens; what was connected is reset
 * - `reset`: takes connections and resets them, also those that stand
 * - `blackhole`: keeps and takes connections, and lets no byte through until the mode changes
 * - `slow`: every chunk comes that many milliseconds late, in each direction
 * - `garbage`: answers with bytes of no protocol
 */
export type FaultMode = 'pass' | 'refuse' | 'reset' | 'blackhole' | 'garbage' | { readonly slowMs: number }

export interface FaultProxyOptions {
  /** Where connections go. */
  readonly target: { readonly host?: string; readonly port: number }
  /** Default `pass`. */
  readonly mode?: FaultMode
  readonly clock?: Clock
}

/** A TCP proxy on loopback between a client and a real server, that fails on demand. */
export interface FaultProxy extends AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly mode: FaultMode
  /** Connections that have not ended. In `blackhole` an end does not come through either, so these wait there. */
  readonly open: number
  /** Connections taken since the start. */
  readonly taken: number
  /** Changes what happens from now on, also to connections that stand. Settled when it is in force. */
  set(mode: FaultMode): Promise<void>
  close(): Promise<void>
}

/** Opens a fault proxy on a free port of loopback. Close it, or hold it with `await using`. */
export async function openFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const proxy = new Proxy(options)
  await proxy.set(options.mode ?? 'pass')
  return proxy
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      socket.off('drain', settle).off('close', settle)
      resolve()
    }
    socket.on('drain', settle).on('close', settle)
  })
}

/** Neither HTTP nor TLS nor what any database speaks. */
const GARBAGE: Buffer = Buffer.from([0x00, 0xff, 0x13, 0x37, 0x0d, 0x0a, 0xde, 0xad, 0xbe, 0xef, 0x0d, 0x0a])

class Proxy implements FaultProxy {
  readonly host = '127.0.0.1'
  readonly #target: { readonly host: string; readonly port: number }
  readonly #clock: Clock
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #port = 0
  #mode: FaultMode = 'pass'
  #open = 0
  #taken = 0
  /** Those who wait for the mode to change. */
  readonly #waiting = new Set<() => void>()

  constructor({ target, clock = systemClock }: FaultProxyOptions) {
    this.#target = { host: target.host ?? '127.0.0.1', port: target.port }
    this.#clock = clock
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#take(client))
  }

  get port(): number {
    return this.#port
  }

  get mode(): FaultMode {
    return this.#mode
  }

  get open(): number {
    return this.#open
  }

  get taken(): number {
    return this.#taken
  }

  async set(mode: FaultMode): Promise<void> {
    this.#mode = mode
    if (mode === 'refuse') await this.#stopListening()
    else await this.#listen()
    if (mode === 'refuse' || mode === 'reset') this.#resetAll()
    for (const goOn of this.#waiting) goOn()
  }

  async close(): Promise<void> {
    await this.set('refuse')
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  // The same port each time, so that clients find it again.
  async #listen(): Promise<void> {
    if (this.#server.listening) return
    this.#server.listen(this.#port, this.host)
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async #stopListening(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#resetAll()
    await closed
  }

  #resetAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  #take(client: Socket): void {
    this.#taken++
    this.#open++
    client.once('close', () => this.#open--)
    this.#keep(client)
    if (this.#mode === 'reset') return void client.resetAndDestroy()
    if (this.#mode === 'garbage') client.write(GARBAGE)
    const server = this.#keep(connect({ ...this.#target, allowHalfOpen: true, noDelay: true }))
    // When one end breaks, the other hears of it.
    client.once('error', () => server.resetAndDestroy())
    server.once('error', () => client.resetAndDestroy())
    void this.#pump(client, server, false)
    void this.#pump(server, client, true)
  }

  #keep(socket: Socket): Socket {
    socket.setNoDelay(true)
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    return socket
  }

  async #pump(from: Socket, to: Socket, answers: boolean): Promise<void> {
    try {
      for await (const chunk of from) {
        await this.#pass()
        const garbled = this.#mode === 'garbage'
        if (garbled && !answers) from.write(GARBAGE)
        else if (!to.write(garbled ? GARBAGE : (chunk as Buffer))) await drained(to)
      }
      await this.#pass()
      to.end()
    } catch {
      to.destroy() // `from` broke, which its error listener has dealt with
    }
  }

  /** Waits for as long as the mode says, or until it changes. */
  async #pass(): Promise<void> {
    while (this.#mode === 'blackhole') await this.#waitFor(Infinity)
    if (typeof this.#mode === 'object') await this.#waitFor(this.#mode.slowMs)
  }

  async #waitFor(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const goOn = (): void => {
        timer?.cancel()
        this.#waiting.delete(goOn)
        resolve()
      }
      const timer = ms === Infinity ? undefined : this.#clock.after(ms, goOn)
      this.#waiting.add(goOn)
    })
  }
}
