import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { GARBAGE } from '../../packages/hale/src/testing/fault-line.ts'

/** What the way to a server does with packets, as `FaultMode` has it where that can be said of packets. */
export type UdpFault = 'pass' | 'refuse' | 'blackhole' | 'garbage' | { readonly latencyMs: number }

/** A proxy for UDP on loopback that fails on demand: what `openFaultProxy` is for TCP. */
export interface UdpFaultProxy extends AsyncDisposable {
  readonly port: number
  /** Changes what happens to packets from now on. `refuse` closes the port, which the kernel tells who sends there. */
  set(mode: UdpFault): Promise<void>
}

const HOST = '127.0.0.1'

export async function openUdpFaultProxy(target: {
  readonly host: string
  readonly port: number
}): Promise<UdpFaultProxy> {
  const proxy = new Proxy(target)
  await proxy.set('pass')
  return proxy
}

class Proxy implements UdpFaultProxy {
  port = 0
  readonly #target: { readonly host: string; readonly port: number }
  #mode: UdpFault = 'pass'
  #socket: Socket | undefined
  /** One socket to the target for each client, so that answers find the way back. */
  readonly #onward = new Map<number, Socket>()
  readonly #late = new Set<NodeJS.Timeout>()

  constructor(target: { readonly host: string; readonly port: number }) {
    this.#target = target
  }

  async set(mode: UdpFault): Promise<void> {
    this.#mode = mode
    if (mode === 'refuse') return await this.#close()
    if (this.#socket !== undefined) return
    const socket = createSocket('udp4')
    // The same port each time, so that clients find it again.
    socket.bind(this.port, HOST)
    await once(socket, 'listening')
    this.port = socket.address().port
    this.#socket = socket
    socket.on('error', () => {}).on('message', (packet, from) => this.#take(packet, from.port))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close()
  }

  #take(packet: Buffer, client: number): void {
    if (this.#mode === 'blackhole') return
    if (this.#mode === 'garbage') return this.#answer(GARBAGE, client)
    let onward = this.#onward.get(client)
    if (onward === undefined) {
      onward = createSocket('udp4')
        .on('error', () => {})
        .on('message', (answer) => this.#delay(answer, client))
      this.#onward.set(client, onward)
    }
    onward.send(packet, this.#target.port, this.#target.host)
  }

  #delay(answer: Buffer, client: number): void {
    if (typeof this.#mode === 'string') return this.#mode === 'pass' ? this.#answer(answer, client) : undefined
    const timer = setTimeout(() => {
      this.#late.delete(timer)
      this.#answer(answer, client)
    }, this.#mode.latencyMs)
    this.#late.add(timer)
  }

  #answer(packet: Buffer, client: number): void {
    this.#socket?.send(packet, client, HOST)
  }

  async #close(): Promise<void> {
    for (const timer of this.#late) clearTimeout(timer)
    this.#late.clear()
    for (const socket of this.#onward.values()) socket.close()
    this.#onward.clear()
    const socket = this.#socket
    this.#socket = undefined
    if (socket !== undefined) await new Promise<void>((resolve) => socket.close(resolve))
  }
}
