import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

export interface Wire extends AsyncDisposable {
  readonly host: string
  readonly port: number
}

/** A protocol as a server of the tests speaks it. `Talk`: what it knows of one connection. */
export interface WireProtocol<Talk> {
  /** Begins a connection; what is written to it now comes before anything is asked. */
  readonly begin: (socket: Socket) => Talk
  /** How long the first message is, in bytes; undefined while that does not show. */
  readonly lengthOf: (received: Buffer) => number | undefined
  /** The answer to a message; undefined ends the connection. */
  readonly answer: (message: Buffer, talk: Talk) => Buffer | undefined
}

/** Serves a protocol that is made of messages, on a free loopback port. */
export async function serveWire<Talk>({ answer, begin, lengthOf }: WireProtocol<Talk>): Promise<Wire> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    let received = Buffer.alloc(0)
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket)).on('error', () => {})
    const talk = begin(socket)
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      for (;;) {
        const length = lengthOf(received)
        if (length === undefined || received.length < length) return
        const reply = answer(received.subarray(0, length), talk)
        received = received.subarray(length)
        if (reply === undefined) return void socket.destroy()
        socket.write(reply)
      }
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
