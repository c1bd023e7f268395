import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WebhookBody, WebhookMessage } from '../../src/channels/webhook-body.ts'

/** One request that the receiver took to heart, whatever it answered. */
export interface Received {
  readonly channel: string
  readonly key: string
  readonly body: string
  /** The messages in it: its own, or those that a digest stands for. */
  readonly messages: readonly WebhookMessage[]
  /** Their keys. */
  readonly keys: readonly string[]
}

export interface Receiver extends AsyncDisposable {
  readonly url: string
  readonly received: readonly Received[]
  /** Resolves when the next request begins. */
  nextRequest(): Promise<unknown>
  /** From now on it takes everything at once. */
  behave(): void
}

/**
 * A webhook receiver that records what it took; all requests take it up to 30 ms.
 *
 * @param trouble share of requests that it turns away with a 503 before it reads them, and share of those that it takes
 *   before the connection breaks; until it is told to behave.
 */
export async function openReceiver(random: () => number, trouble = 0): Promise<Receiver> {
  const received: Received[] = []
  let share = trouble

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const luck = random()
    if (luck < share) return void response.writeHead(503).end()
    const body = await text(request)
    await sleep(random() * 15)
    const message = JSON.parse(body) as WebhookBody
    const messages = message.parts.length === 0 ? [message] : message.parts
    received.push({
      channel: (request.url ?? '').slice(1),
      key: request.headers['idempotency-key'] as string,
      body,
      messages,
      keys: messages.map(({ key }) => key),
    })
    await sleep(random() * 15)
    if (luck < 2 * share) request.socket.resetAndDestroy()
    else response.end()
  }

  const server = createServer((request, response) => {
    // The sender is killed in the middle of its requests: those are not taken.
    handle(request, response).catch(() => request.socket.destroy())
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    nextRequest: () => once(server, 'request'),
    behave() {
      share = 0
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}
