import type { Health } from '../core/health.ts'
import { createHandler, type HandlerOptions } from './handler.ts'
import { answerRequest } from './support/web.ts'

/** What is used of a Hono context. */
export interface HonoContext {
  readonly req: { readonly raw: Request }
}

/**
 * The health endpoints as Hono middleware. Put it before whatever is slow or asks for a login:
 * `app.use(healthMiddleware(health))`. `basePath` is the whole path, that of `app.route()` included.
 *
 * @throws {HealthSetupError} when an option is malformed.
 */
export function healthMiddleware(
  health: Health,
  options?: HandlerOptions,
): (context: HonoContext, next: () => Promise<void>) => Promise<Response | void> {
  const handler = createHandler(health, options)
  return (context, next) => answerRequest(handler, context.req.raw) ?? next()
}
