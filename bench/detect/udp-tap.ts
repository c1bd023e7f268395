import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Tap } from './tap.ts'

/** A tap for packets: hands each on to a server, its answer back, and counts them. No connection is opened. */
export async function openUdpTap(target: { readonly host: string; readonly port: number }): Promise<Tap> {
  const passed = { opens: 0, exchanges: 0, sent: 0, received: 0 }
  // One socket to the server for each client, so that answers find the way back.
  const onward = new Map<number, Socket>()
  const listener = createSocket('udp4').on('message', (packet, client) => {
    passed.exchanges += 1
    passed.sent += packet.length
    let socket = onward.get(client.port)
    if (socket === undefined) {
      socket = createSocket('udp4').on('message', (answer) => {
        passed.received += answer.length
        listener.send(answer, client.port, client.address)
      })
      onward.set(client.port, socket)
    }
    socket.send(packet, target.port, target.host)
  })
  await once(listener.bind(0, '127.0.0.1'), 'listening')
  return {
    port: listener.address().port,
    read: () => ({ ...passed }),
    async [Symbol.asyncDispose]() {
      for (const socket of onward.values()) socket.close()
      listener.close()
      await once(listener, 'close')
    },
  }
}
