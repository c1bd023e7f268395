import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { HOP_HEADER } from '../../core/hop.ts'
import {
  closeHttpAgents,
  createHttpAgents,
  readHttpBody,
  sendHttp,
  type HttpAgents,
  type HttpBody,
  type HttpTls,
} from './http-exchange.ts'

/** What is asked. */
export interface HttpVisit {
  readonly url: URL
  readonly method: string
  /** Sent besides Hale's own, to the host of `url` and to no other that a redirect names. */
  readonly headers: Readonly<Record<string, string>> | undefined
  /** What `health-hop` says. */
  readonly hop: number
  /** What is taken, when `headers` do not say. Default anything. */
  readonly accept?: string
  /** Redirects that are followed at most. */
  readonly redirects: number
  /** Bytes of the body that are read at most. */
  readonly maxBodyBytes: number
  /** A status that is an answer, even when it is that of a redirect. */
  readonly isFinal: (status: number) => boolean
}

export interface HttpAnswer extends HttpBody {
  readonly status: number
  readonly headers: IncomingHttpHeaders
}

/** Asks services under Hale's own name, with the hop, over connections that are kept from run to run (E12). */
export class HttpVisitor {
  readonly #agents: HttpAgents

  constructor(tls?: HttpTls) {
    this.#agents = createHttpAgents(tls)
  }

  /** The answer, redirects followed. `onWay` is told each address that is asked; rejects with what Node's http throws. */
  async ask(visit: HttpVisit, signal: AbortSignal, onWay: (url: URL) => void): Promise<HttpAnswer> {
    let { url } = visit
    for (let redirect = 0; ; redirect++) {
      onWay(url)
      const { method } = visit
      const response = await sendHttp(url, { method, headers: headersFor(url, visit), signal }, this.#agents)
      const status = response.statusCode ?? 0
      const next = visit.isFinal(status) ? undefined : redirectOf(response, url)
      if (next === undefined || redirect === visit.redirects) {
        return { status, headers: response.headers, ...(await readHttpBody(response, visit.maxBodyBytes)) }
      }
      // A body that is still to come is nobody's business, and may never end.
      if (response.complete) response.resume()
      else response.destroy()
      url = next
    }
  }

  close(): void {
    closeHttpAgents(this.#agents)
  }
}

function headersFor(url: URL, { accept = '*/*', headers, hop, url: first }: HttpVisit): Record<string, string> {
  const own = { 'user-agent': 'hale', accept, 'accept-encoding': 'identity', [HOP_HEADER]: String(hop) }
  return url.origin === first.origin ? { ...own, ...headers } : own
}

/** Where a redirect leads; only to http and https. */
function redirectOf({ statusCode = 0, headers }: IncomingMessage, from: URL): URL | undefined {
  const { location } = headers
  if (![301, 302, 303, 307, 308].includes(statusCode) || location === undefined) return undefined
  if (!URL.canParse(location, from.href)) return undefined
  const to = new URL(location, from)
  return /^https?:$/.test(to.protocol) ? to : undefined
}
