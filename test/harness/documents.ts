import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ServedDocument {
  readonly body: string
  /** Default 200. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

export interface Documents extends AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly url: string
  /** What was asked: method, path and headers. */
  readonly asked: readonly Pick<IncomingMessage, 'method' | 'url' | 'headers'>[]
}

/** Serves documents over HTTP, one after the other, the last for ever: of servers that cannot be had here. */
export async function serveDocument(...documents: readonly ServedDocument[]): Promise<Documents> {
  const asked: IncomingMessage[] = []
  const server = createServer((request, response) => {
    const { body, headers = {}, status = 200 } = documents[Math.min(asked.length, documents.length - 1)] ?? { body: '' }
    asked.push(request)
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    host: '127.0.0.1',
    port,
    url: `http://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
