import { createSocket, type Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { isIPv6 } from 'node:net'
import { TAKEN } from './delivery.ts'
import type { LineSender } from './dotted.ts'
import { packLines } from './datagrams.ts'

/** Sends lines over UDP from one socket, opened with the first of them. It does not keep the process alive (E15). */
export function createUdpSender(host: string, port: number): LineSender {
  let socket: Socket | undefined
  const open = (): Socket => {
    const opened = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
    // Without a listener an error of the socket would end the process.
    opened.on('error', () => undefined)
    opened.unref()
    return opened
  }
  return {
    async send(lines, signal) {
      // Once, not for each datagram: thousands of look-ups would keep the app's own waiting.
      const { address } = await lookup(host, { family: isIPv6(host) ? 6 : 4 })
      // A resolver that hangs may outlast the exporter.
      signal.throwIfAborted()
      const to = (socket ??= open())
      for (const datagram of packLines(lines)) {
        await new Promise<void>((resolve, reject) => {
          to.send(datagram, port, address, (error) => (error === null ? resolve() : reject(error)))
        })
      }
      return TAKEN
    },
    close: () => void socket?.close(),
  }
}
