import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { pipeline } from 'node:stream'
import { createServer } from 'node:tls'
import type { Identity } from './test-authority.ts'

/** Speaks TLS to those who connect, and plain bytes to the target. */
export interface TlsTerminator {
  readonly host: string
  readonly port: number
  /** Shows this certificate from the next connection on. */
  present(identity: Identity): void
  close(): Promise<void>
}

/** Opens one on a free port of loopback. */
export async function openTlsTerminator(
  target: { readonly host: string; readonly port: number },
  identity: Identity,
): Promise<TlsTerminator> {
  const host = '127.0.0.1'
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  }
  // Without tickets, or a client that resumes a session would never see the next certificate.
  const server = createServer({ ...identity, sessionTimeout: 1 }, (client) => {
    const onward = connect(target)
    keep(onward)
    pipeline(client, onward, client, () => {})
  })
  server.on('connection', keep)
  server.on('tlsClientError', () => {}) // a client that refuses the certificate is what this is for
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    host,
    port,
    present: (next) => server.setSecureContext(next),
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
