import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** What went by. */
export interface Passed {
  /** Connections that were opened. */
  readonly opens: number
  /** Pieces that were written to the server, each of which it has to read and, mostly, to answer. */
  readonly exchanges: number
  /** Bytes to the server. */
  readonly sent: number
  /** Bytes from the server. */
  readonly received: number
}

export interface Tap extends AsyncDisposable {
  readonly port: number
  /** Since the tap was opened. */
  read(): Passed
}

/** Listens on loopback, hands everything on to a server, and counts it. */
export async function openTap(target: { readonly host: string; readonly port: number }): Promise<Tap> {
  const passed = { opens: 0, exchanges: 0, sent: 0, received: 0 }
  const sockets = new Set<Socket>()
  const listener = createServer((client) => {
    passed.opens += 1
    const server = connect(target)
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(socket.setNoDelay(true))
      socket.on('error', () => other.destroy()).once('close', () => sockets.delete(socket))
    }
    client.on('data', (bytes) => {
      passed.exchanges += 1
      passed.sent += bytes.length
    })
    server.on('data', (bytes) => (passed.received += bytes.length))
    client.pipe(server)
    server.pipe(client)
  })
  await once(listener.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (listener.address() as AddressInfo).port,
    read: () => ({ ...passed }),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      listener.close()
      await once(listener, 'close')
    },
  }
}
