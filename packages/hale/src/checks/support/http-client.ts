import type { IncomingHttpHeaders } from 'node:http'
import { textsRule, type Rules } from '../../core/rules.ts'
import { closeHttpAgents, createHttpAgents, readHttpBody, sendHttp, type HttpTls } from './http-exchange.ts'
import { keepClient, type KeptClient } from './kept-client.ts'
import { trustRule } from './network-rules.ts'
import type { Finding } from '../../core/error-sentences.ts'
import { NOT_FOUND } from './told.ts'

/** How a store is reached over HTTP. */
export interface HttpAccess {
  /** By URL: headers to send, such as `{ authorization: 'ApiKey …' }`. Default: none. */
  readonly headers?: Readonly<Record<string, string>>
  /**
   * By URL, trust and identity for `https:`: `ca`, `cert`, `key`, `passphrase`, `servername`, `rejectUnauthorized`. Default:
   * the system's.
   */
  readonly tls?: HttpTls
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Asks one server over connections that it keeps. */
export interface HttpClient {
  /** @param path below the path of the server's URL, with its query: `/_cluster/health?timeout=1s`. */
  ask(method: 'GET' | 'HEAD', path: string, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>
}

export const HTTP_ACCESS: Rules<HttpAccess> = { headers: textsRule, tls: trustRule }

/** An answer is read up to here; no answer to the questions of these checks is longer. */
const MAX_BODY_BYTES = 262_144

export function keepHttpClient(url: URL, { headers, tls }: HttpAccess = {}): KeptClient<HttpClient> {
  return keepClient({
    make: () => {
      const agents = createHttpAgents(tls)
      const ended = new AbortController()
      return {
        end() {
          // Without it a question on a connection that had been used before would be asked once more, over a new one.
          ended.abort()
          closeHttpAgents(agents)
        },
        async ask(method: 'GET' | 'HEAD', path: string, more?: Readonly<Record<string, string>>) {
          const target = new URL(`${url.pathname.replace(/\/$/, '')}${path}`, url)
          const question = { method, headers: { 'user-agent': 'hale', ...headers, ...more }, signal: ended.signal }
          const response = await sendHttp(target, question, agents)
          const { text } = await readHttpBody(response, MAX_BODY_BYTES)
          return { status: response.statusCode ?? 0, headers: response.headers, body: text }
        },
      }
    },
    end: (client) => client.end(),
  })
}

/** An answer with a status that says no. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal'
  readonly statusCode: number

  constructor(statusCode: number, what: string) {
    super(`it answered ${statusCode}${what === '' ? '' : `: ${what}`}`)
    this.statusCode = statusCode
  }
}

/** The code for a status that says no, as stores over HTTP mean it. Undefined below 400. */
export function codeOfStatus(status: unknown): Finding | undefined {
  if (typeof status !== 'number' || status < 400) return undefined
  if (status === 401 || status === 403 || status === 407) return 'AUTH_FAILED'
  if (status === 404) return NOT_FOUND
  if (status === 408 || status === 504) return 'TIMEOUT'
  if (status === 429) return 'TOO_MANY_CONNECTIONS'
  if (status === 502 || status === 503) return 'NOT_READY'
  return 'QUERY_FAILED'
}

/** What JSON says; undefined when it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
