import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { connect, createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import type { Identity } from 'hale/testing'

/** A server on a loopback port, a free one unless told otherwise. Disposing closes it and every connection. */
export interface Listening extends AsyncDisposable {
  readonly port: number
  /** Connections accepted so far. */
  readonly connections: number
  /** Closes what is connected, as a server does with idle connections. */
  hangUp(): void
}

export function listenHttp(handler: RequestListener, host = '127.0.0.1', port = 0): Promise<Listening> {
  return listen(createHttpServer(handler), host, port)
}

export function listenHttps(identity: Identity, handler: RequestListener): Promise<Listening> {
  return listen(createHttpsServer(identity, handler), 'localhost')
}

export function listenTcp(onConnection: (socket: Socket) => void, host = '127.0.0.1', port = 0): Promise<Listening> {
  return listen(createTcpServer(onConnection), host, port)
}

async function listen(server: Server, host: string, port = 0): Promise<Listening> {
  const open = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections++
    open.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject)
    server.listen(port, host, resolve)
  })
  const hangUp = (): void => {
    for (const socket of open) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections
    },
    hangUp,
    async [Symbol.asyncDispose]() {
      hangUp()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const STANDSTILL = `
  const { parentPort } = require('node:worker_threads')
  const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  })`
/** Of a queue of one the kernel keeps one more; whoever comes then is not heard. */
const QUEUE = 2

/** A port at which packets are dropped: its owner stands still and its queue is full. */
export async function listenBlackHole(): Promise<AsyncDisposable & { readonly port: number }> {
  const worker = new Worker(STANDSTILL, { eval: true })
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  const fillers = Array.from({ length: QUEUE }, () => connect(port, '127.0.0.1').on('error', () => {}))
  await Promise.all(fillers.map((filler) => once(filler, 'connect')))
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const filler of fillers) filler.destroy()
      await worker.terminate()
    },
  }
}
