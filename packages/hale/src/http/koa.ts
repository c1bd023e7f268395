import type { Socket } from 'node:net'
import type { Health } from '../core/health.ts'
import { createHandler, type HandlerOptions } from './handler.ts'
import { peerOf } from './support/peer.ts'

/** What is used of a Koa context. */
export interface KoaContext {
  readonly method: string
  readonly url: string
  readonly socket: Socket
  status: number
  body: unknown
  get(name: string): string
  set(name: string, value: string): void
  remove(name: string): void
}

/**
 * The health endpoints as Koa middleware. Put it before whatever is slow or asks for a login:
 * `app.use(healthMiddleware(health))`. Below koa-mount it answers below the mount point.
 *
 * @throws {HealthSetupError} when an option is malformed.
 */
export function healthMiddleware(
  health: Health,
  options?: HandlerOptions,
): (context: KoaContext, next: () => Promise<unknown>) => Promise<void> {
  const handler = createHandler(health, options)
  return async (context, next) => {
    const { method, url } = context
    const header = (name: string): string | undefined => context.get(name) || undefined
    const answer = await handler.answer({ method, path: url, header, peer: () => peerOf(context.socket) })
    if (answer === undefined) {
      await next()
      return
    }
    context.status = answer.status
    context.body = answer.body
    // After the body: Koa derives a type and a length from it, and for HEAD and OPTIONS they would be wrong.
    context.remove('content-type')
    for (let i = 0; i < answer.headers.length; i += 2) context.set(answer.headers[i] ?? '', answer.headers[i + 1] ?? '')
  }
}
