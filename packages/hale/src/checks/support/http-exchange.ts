import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest, type AgentOptions } from 'node:https'

/** Trust and identity for `https:`. */
export type HttpTls = Pick<AgentOptions, 'ca' | 'cert' | 'key' | 'passphrase' | 'servername' | 'rejectUnauthorized'>

/** Connections that are kept alive from one request to the next. */
export interface HttpAgents {
  readonly 'http:': HttpAgent
  readonly 'https:': HttpsAgent
}

export function createHttpAgents(tls: HttpTls = {}): HttpAgents {
  return {
    'http:': new HttpAgent({ keepAlive: true, maxSockets: 2, maxFreeSockets: 1 }),
    'https:': new HttpsAgent({ ...tls, keepAlive: true, maxSockets: 2, maxFreeSockets: 1 }),
  }
}

/** Closes all connections at once, with the requests under way. */
export function closeHttpAgents(agents: HttpAgents): void {
  for (const agent of Object.values(agents)) agent.destroy()
}

export interface HttpQuestion {
  readonly method: string
  readonly headers: OutgoingHttpHeaders
  readonly signal?: AbortSignal
}

/** Sends a request without a body and gives the answer, its body unread. */
export async function sendHttp(
  url: URL,
  question: HttpQuestion,
  agents: HttpAgents,
  again = true,
): Promise<IncomingMessage> {
  // Node would connect all the same, and keep the connection for others.
  question.signal?.throwIfAborted()
  const secure = url.protocol === 'https:'
  const agent = secure ? agents['https:'] : agents['http:']
  const request = (secure ? httpsRequest : httpRequest)(url, { ...question, agent })
  try {
    return await new Promise((resolve, reject) => {
      request.once('response', resolve)
      request.on('error', reject)
      request.end()
    })
  } catch (error) {
    // The other side may close a kept connection at the very moment we use it: that says nothing of its health.
    if (again && request.reusedSocket) {
      return await sendHttp(url, question, agents, false)
    }
    throw error
  }
}

export interface HttpBody {
  readonly text: string
  /** False when there was more than was to be read. */
  readonly complete: boolean
}

export async function readHttpBody(response: IncomingMessage, maxBytes: number): Promise<HttpBody> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response) {
    chunks.push(chunk as Buffer)
    length += (chunk as Buffer).length
    // Leaving the loop destroys the response, and its connection with it.
    if (length > maxBytes) return { text: Buffer.concat(chunks).toString('utf8', 0, maxBytes), complete: false }
  }
  return { text: Buffer.concat(chunks).toString('utf8'), complete: true }
}
