import { request } from 'node:http'
import { connect } from 'node:net'

export interface ExchangeOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What came back over HTTP. */
export interface Exchange {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

/** Milliseconds after which there is no answer. */
const PATIENCE_MS = 10_000

/** One request over a connection of its own, as probes make it: nothing is followed, nothing is unpacked. */
export async function exchange(url: string, options: ExchangeOptions = {}): Promise<Exchange> {
  const { body, headers = {}, method = 'GET' } = options
  return new Promise((resolve, reject) => {
    // The length is said, because node:http says none for DELETE.
    const ofBody = body === undefined ? {} : { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(body) }
    const sent = request(url, {
      agent: false,
      method,
      headers: { ...ofBody, ...headers },
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    sent.on('error', reject)
    sent.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as Record<string, string | undefined>,
          body: text,
        }),
      )
    })
    sent.end(body)
  })
}

/**
 * Sends bytes as they are and gives back what comes until the other side closes.
 *
 * @param untilAnswer ends with the first bytes of the answer, and leaves the request unfinished until then.
 */
export async function sendRaw(
  url: URL,
  text: string,
  options: { readonly untilAnswer?: boolean } = {},
): Promise<string> {
  const { untilAnswer = false } = options
  const socket = connect({ host: url.hostname, port: Number(url.port) })
  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`no answer within ${PATIENCE_MS / 1_000} s`)))
  if (untilAnswer) socket.write(text)
  else socket.end(text)
  let answer = ''
  for await (const chunk of socket) {
    answer += String(chunk)
    if (untilAnswer) break
  }
  return answer
}
