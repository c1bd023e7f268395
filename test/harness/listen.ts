import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import type { AdapterServer } from '../../packages/hale/src/testing/adapter-conformance.ts'

/** Serves on a free port of loopback. */
export async function listen(listener: RequestListener): Promise<AdapterServer> {
  return opened(createServer(listener).listen(0, '127.0.0.1'))
}

/** A server of Node's that is to listen or does already; `close` cuts its connections off. */
export async function opened(server: Server & { closeAllConnections?: () => void }): Promise<AdapterServer> {
  if (!server.listening) await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close()
      server.closeAllConnections?.()
    },
  }
}
