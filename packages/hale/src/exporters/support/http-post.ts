import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { promisify } from 'node:util'
import { deflate, gzip } from 'node:zlib'
import { TAKEN, type Delivery } from './delivery.ts'

export interface Post {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body: unknown
  readonly encoding: 'gzip' | 'deflate' | 'identity'
  readonly signal: AbortSignal
}

export interface Poster {
  /** Rejects when there is no answer. */
  post(post: Post): Promise<Delivery>
  /** Closes the kept connections. */
  close(): void
}

/** What nobody reads of an answer's body. Bytes. */
const MAX_BODY = 65_536

const COMPRESS = {
  gzip: promisify(gzip),
  deflate: promisify(deflate),
  identity: async (text: string): Promise<Buffer> => Buffer.from(text),
}

/**
 * Posts JSON over kept connections of its own (E12). Follows no redirect: it would take the key elsewhere.
 *
 * @param patienceMs how long the body of an answer may stand still before its connection is given up.
 */
export function createPoster(patienceMs = 5_000): Poster {
  const agents = {
    'http:': new HttpAgent({ keepAlive: true, maxSockets: 4 }),
    'https:': new HttpsAgent({ keepAlive: true, maxSockets: 4 }),
  }
  return {
    async post({ body, encoding, headers, signal, url }) {
      const sent = await COMPRESS[encoding](JSON.stringify(body))
      const secure = url.protocol === 'https:'
      const request = (secure ? httpsRequest : httpRequest)(url, {
        agent: agents[secure ? 'https:' : 'http:'],
        method: 'POST',
        headers: {
          'user-agent': 'hale',
          'content-type': 'application/json',
          'content-length': sent.length,
          ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
          ...headers,
        },
        signal,
      })
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        request.once('response', resolve)
        request.on('error', reject)
        request.end(sent)
      })
      discard(response, patienceMs)
      return toDelivery(response, `${url.host} answered`)
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

// Read to its end, the connection can be used again; of one that does not end soon it is let go.
function discard(response: IncomingMessage, patienceMs: number): void {
  let length = 0
  response.on('error', () => undefined)
  response.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length > MAX_BODY) response.destroy()
  })
  response.setTimeout(patienceMs, () => void response.destroy())
}

function toDelivery({ headers, statusCode = 0 }: IncomingMessage, who: string): Delivery {
  if (statusCode >= 200 && statusCode < 300) return TAKEN
  const why = `${who} ${statusCode}`
  if (statusCode === 413) return { outcome: 'too-large', why }
  if (statusCode === 408 || statusCode === 429 || statusCode >= 500) {
    const afterMs = retryAfterMs(headers['retry-after'], headers.date)
    return { outcome: 'retry', why, ...(afterMs === undefined ? {} : { afterMs }) }
  }
  if (statusCode === 401 || statusCode === 403) {
    return {
      outcome: 'refused',
      why: `${why}: the key is not valid there. See whether it belongs to this site or region`,
    }
  }
  return { outcome: 'refused', why }
}

/** Seconds, or a date (RFC 9110, 10.2.3), which is measured by the clock of who gave it. */
function retryAfterMs(header: string | undefined, date = ''): number | undefined {
  if (header === undefined) return undefined
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000
  const at = Date.parse(header)
  const ms = at - Date.parse(date)
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}
