import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { systemClock, type Clock } from '../core/clock.ts'
import { isClock, isFunction, isObject, isWhole, optional, refuseOptions, required, type Rules } from '../core/rules.ts'
import { FaultLine, GARBAGE, type Way } from './fault-line.ts'
import { refuseBadMode, type FaultMode } from './fault-mode.ts'
import type { Identity } from './test-authority.ts'
import { openTlsTerminator, type TlsTerminator } from './tls-terminator.ts'

export interface FaultProxyOptions {
  /** Where connections go. `host` is loopback unless said otherwise. */
  readonly target: { readonly host?: string; readonly port: number }
  /** Default `pass`. */
  readonly mode?: FaultMode
  /**
   * Speaks TLS to clients under this name and plain bytes to the target. `createTestAuthority` makes identities that are
   * right, wrong or expired. Default: bytes pass as they are.
   */
  readonly tls?: Identity
  /** Time of latency and bandwidth. Default: the process's own clock. */
  readonly clock?: Clock
  /** Numbers from 0 up to 1 for the jitter. Default `Math.random`. */
  readonly random?: () => number
}

const RULES: Rules<FaultProxyOptions> = {
  target: required(
    'a place such as { port: 5432 }',
    (target) => isObject(target) && isWhole(target['port'], 1, 65_535),
  ),
  mode: () => false, // refuseBadMode names what is wrong
  tls: optional('an identity of createTestAuthority', isObject),
  clock: optional('a clock', isClock),
  random: optional('a function', isFunction),
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
  /**
   * Changes what happens from now on, also to connections that stand. Settled when it is in force.
   *
   * @throws {RangeError} when there is no such mode.
   */
  set(mode: FaultMode): Promise<void>
  /** Shows another certificate, from the next connection on. @throws {Error} when it was opened without `tls`. */
  present(identity: Identity): void
  close(): Promise<void>
}

/**
 * Opens a fault proxy on a free port of loopback. Close it, or hold it with `await using`.
 *
 * @throws {HealthSetupError} when an option cannot work.
 * @throws {RangeError} when there is no such mode.
 */
export async function openFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  refuseOptions(options, RULES, 'openFaultProxy, ')
  refuseBadMode(options.mode ?? 'pass')
  const target = { host: options.target.host ?? '127.0.0.1', port: options.target.port }
  const terminator = options.tls && (await openTlsTerminator(target, options.tls))
  const proxy = new Proxy({ ...options, target: terminator ?? target, terminator })
  await proxy.set(options.mode ?? 'pass')
  return proxy
}

interface ProxyOptions extends FaultProxyOptions {
  readonly target: { readonly host: string; readonly port: number }
  readonly terminator: TlsTerminator | undefined
}

class Proxy implements FaultProxy, Way {
  readonly host = '127.0.0.1'
  readonly clock: Clock
  readonly random: () => number
  readonly #target: { readonly host: string; readonly port: number }
  readonly #terminator: TlsTerminator | undefined
  readonly #server: Server
  readonly #clients = new Set<Socket>()
  readonly #servers = new Set<Socket>()
  #port = 0
  #mode: FaultMode = 'pass'
  #taken = 0
  /** Those who wait for the mode to change. */
  readonly #waiting = new Set<() => void>()

  constructor({ target, terminator, clock = systemClock, random = Math.random }: ProxyOptions) {
    this.#target = { host: target.host, port: target.port }
    this.#terminator = terminator
    this.clock = clock
    this.random = random
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#take(client))
  }

  get port(): number {
    return this.#port
  }

  get mode(): FaultMode {
    return this.#mode
  }

  get open(): number {
    return this.#clients.size
  }

  get taken(): number {
    return this.#taken
  }

  async set(mode: FaultMode): Promise<void> {
    refuseBadMode(mode)
    this.#mode = mode
    if (mode === 'refuse') await this.#stopListening()
    else await this.#listen()
    if (mode === 'refuse' || mode === 'reset') this.#resetAll()
    if (mode === 'half-close') for (const client of this.#clients) client.end()
    for (const goOn of this.#waiting) goOn()
  }

  present(identity: Identity): void {
    if (this.#terminator === undefined) throw new Error('fault proxy: it was opened without `tls`')
    this.#terminator.present(identity)
  }

  async close(): Promise<void> {
    await this.set('refuse')
    await this.#terminator?.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async wait(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const goOn = (): void => {
        timer?.cancel()
        this.#waiting.delete(goOn)
        resolve()
      }
      const timer = ms === Infinity ? undefined : this.clock.after(ms, goOn)
      this.#waiting.add(goOn)
    })
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

  /** It is the client that is to suffer: to the server it hangs up, as a test's own small server may not bear a reset. */
  #resetAll(): void {
    for (const client of this.#clients) breakOff(client)
    for (const server of this.#servers) server.destroy()
  }

  #take(client: Socket): void {
    this.#taken++
    this.#keep(client, this.#clients)
    if (this.#mode === 'reset') return breakOff(client)
    if (this.#mode === 'garbage') client.write(GARBAGE)
    if (this.#mode === 'half-close') client.end()
    const server = connect({ ...this.#target, allowHalfOpen: true })
    this.#keep(server, this.#servers)
    // When one end breaks, the other hears of it.
    client.once('error', () => breakOff(server))
    server.once('error', () => breakOff(client))
    void new FaultLine({ from: client, to: server, answers: false, way: this }).carry()
    void new FaultLine({ from: server, to: client, answers: true, way: this }).carry()
  }

  #keep(socket: Socket, among: Set<Socket>): void {
    socket.setNoDelay(true)
    among.add(socket)
    socket.once('close', () => among.delete(socket))
  }
}

/** Resets a connection. One that has said its end can only be closed: libuv refuses to reset it. */
function breakOff(socket: Socket): void {
  if (socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}
