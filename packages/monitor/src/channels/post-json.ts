import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { redact, type Clock } from 'hale'
import { plainText } from '../plain-text.ts'
import { AddressRefused, type Guard } from '../probes/guard.ts'
import type { Delivery } from './channel.ts'
import { describeFailure } from './failure.ts'
import { parseRetryAfter } from './retry-after.ts'

export interface PostRequest {
  /** `http:` or `https:`. User and password in it are sent as basic authentication. */
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** JSON, sent as it is. */
  readonly body: string
  /** Ends the request, whatever it is doing. */
  readonly signal: AbortSignal
  readonly guard: Guard
  readonly clock: Clock
}

/** Bytes of an answer that are read; it is only shown in part, never needed. */
const BODY_LIMIT = 4_096
/** Milliseconds that the rest of an answer is waited for once its status is known. */
const BODY_PATIENCE_MS = 1_000

/**
 * Posts JSON once and says what became of it. Never rejects for what the world does, never follows a redirect (S6).
 *
 * 2xx is delivered; 408, 425, 429 and 5xx are to be retried, after `Retry-After` if given; every other status is
 * permanent. Without a status it depends on how far the request got: before the connection stood nothing can have
 * arrived (`retry`); afterwards it may have (`ambiguous`). A status that has arrived counts, whatever the body does.
 */
export function postJson(post: PostRequest): Promise<Delivery> {
  const { url, signal, guard, clock } = post
  try {
    guard.judgeHost(url.hostname)
  } catch (error) {
    return Promise.resolve({ outcome: 'permanent', detail: describeFailure(error) })
  }
  if (signal.aborted) return Promise.resolve({ outcome: 'retry', detail: 'stopped before it was sent' })

  return new Promise((resolve) => {
    const request = open(post)
    let connected = false

    const settle = (delivery: Delivery): void => {
      signal.removeEventListener('abort', onAbort)
      request.destroy()
      resolve(delivery)
    }
    const fail = (error: unknown): void => settle(failed(error, connected))
    const onAbort = (): void => settle({ outcome: connected ? 'ambiguous' : 'retry', detail: 'no answer in time' })
    signal.addEventListener('abort', onAbort, { once: true })

    request.on('error', fail)
    request.on('socket', (socket) => {
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        connected = true
      })
    })
    // A receiver that switches protocols is none; without a listener Node would drop the answer without a word.
    request.on('upgrade', (answer) => settle(judge(answer, '', clock.wall())))
    request.on('response', (answer) => {
      let body = ''
      const finish = (): void => {
        patience.cancel()
        settle(judge(answer, body, clock.wall()))
      }
      const patience = clock.after(BODY_PATIENCE_MS, finish)
      // From here on the status decides, so also an abort or a broken body ends in it.
      signal.removeEventListener('abort', onAbort)
      signal.addEventListener('abort', finish, { once: true })
      request.off('error', fail).on('error', finish)
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        body += chunk
        if (body.length >= BODY_LIMIT) finish()
      })
      answer.on('error', finish)
      answer.on('close', () => {
        signal.removeEventListener('abort', finish)
        finish()
      })
    })
    request.end(post.body)
  })
}

function open({ url, headers, body, guard }: PostRequest): ClientRequest {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return request(url, {
    method: 'POST',
    // No pool: alerts are rare, and a connection of its own tells surely whether anything can have arrived.
    agent: false,
    lookup: guard.lookup,
    headers: {
      'user-agent': 'hale',
      ...headers,
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
    },
  })
}

function failed(error: unknown, connected: boolean): Delivery {
  const detail = describeFailure(error)
  if (error instanceof AddressRefused) return { outcome: 'permanent', detail }
  return { outcome: connected ? 'ambiguous' : 'retry', detail }
}

function judge(answer: IncomingMessage, body: string, wall: number): Delivery {
  const status = answer.statusCode ?? 0
  if (status >= 200 && status <= 299) return { outcome: 'delivered', detail: `HTTP ${status}` }
  const detail = describeAnswer(status, answer.headers['content-type'], body)
  if (status < 500 && status !== 408 && status !== 425 && status !== 429) return { outcome: 'permanent', detail }
  const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], wall)
  return { outcome: 'retry', detail, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
}

/** Receivers say in a short text what they did not like; pages of HTML say nothing to a person here. */
function describeAnswer(status: number, type: string | undefined, body: string): string {
  const readable = type !== undefined && /^(?:text\/plain|application\/(?:[\w.+-]+\+)?json)\b/i.test(type)
  const said = readable ? plainText(redact(body), 120) : ''
  return said === '' ? `HTTP ${status}` : `HTTP ${status}: ${said}`
}
