import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WebhookBody } from '../../src/channels/webhook-body.ts'

/** One request that the receiver took to heart, whatever it answered. */
export interface Received {
  readonly channel: string
  readonly key: string
  readonly body: string
  /** Keys of the messages in it: its own, or those that a digest stands for. */
  readonly keys: readonly string[]
}

export interface Receiver extends AsyncDisposable {
  readonly url: string
  readonly received: readonly Received[]
  /** From now on it takes everything at once. */
  behave(): void
}

/**
 * A webhook receiver that records what it took. Until told to behave, one in ten requests is turned away with a 503
 * before it is read, one in ten is taken and then the connection breaks, and all take up to 30 ms.
 */
export async function openReceiver(random: () => number, options: { readonly kind: boolean }): Promise<Receiver> {
  const received: Received[] = []
  let kind = options.kind

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const luck = kind ? 1 : random()
    if (luck < 0.1) return void response.writeHead(503).end()
    const body = await text(request)
    await sleep(random() * 15)
    const { key, parts } = JSON.parse(body) as WebhookBody
    const keys = parts.length === 0 ? [key] : parts.map((part) => part.key)
    received.push({
      channel: (request.url ?? '').slice(1),
      key: request.headers['idempotency-key'] as string,
      body,
      keys,
    })
    await sleep(random() * 15)
    if (luck < 0.2) request.socket.resetAndDestroy()
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
    behave() {
      kind = true
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}
