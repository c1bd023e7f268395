import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync, inflateSync } from 'node:zlib'

/** What it was sent, unpacked and parsed. */
export interface Intake {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

/** What it answers; `hang` never does, `garbage` is no HTTP. */
export type IntakeAnswer = 'hang' | 'garbage' | { readonly status: number; readonly headers?: Record<string, string> }

export interface IntakeServer extends AsyncDisposable {
  readonly url: string
  readonly taken: Intake[]
  /** What it answers from now on, by request. Default 202. */
  answer: (intake: Intake) => IntakeAnswer
  /** Connections taken since the start. */
  readonly connections: number
}

/** A real HTTP server that takes what is posted to it as JSON, packed or not, and refuses with 400 what it cannot read. */
export async function openIntake(): Promise<IntakeServer> {
  const taken: Intake[] = []
  let connections = 0
  let answer: IntakeServer['answer'] = () => ({ status: 202 })
  const server = createServer((request, response) => {
    void read(request).then((intake) => {
      if (intake === undefined) return response.writeHead(400).end()
      const said = answer(intake)
      if (said === 'hang') return undefined
      if (said === 'garbage') return request.socket.end('\u0000 no such thing \r\n\r\n')
      if (said.status < 300) taken.push(intake)
      return response.writeHead(said.status, said.headers).end('{"status":"ok"}')
    })
  })
  server.on('connection', () => connections++)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    taken,
    get answer() {
      return answer
    },
    set answer(next) {
      answer = next
    },
    get connections() {
      return connections
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function read(request: IncomingMessage): Promise<Intake | undefined> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { headers, method, url = '' } = request
  if (method !== 'POST' || headers['content-type'] !== 'application/json') return undefined
  const packed = Buffer.concat(chunks)
  const encoding = headers['content-encoding']
  try {
    const text = encoding === 'gzip' ? gunzipSync(packed) : encoding === 'deflate' ? inflateSync(packed) : packed
    return { path: url, headers, body: JSON.parse(text.toString()) as unknown }
  } catch {
    return undefined
  }
}
