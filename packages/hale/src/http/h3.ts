import type { Health } from '../core/health.ts'
import { createHandler, type HandlerOptions } from './handler.ts'
import { answerRequest } from './support/web.ts'

/** What is used of an event of h3 2. */
export interface H3EventLike {
  readonly req: Request
}

/**
 * The health endpoints as middleware of h3 2 and Nitro 3: `app.use(healthMiddleware(health))`, first of all.
 * `basePath` is the whole path. For h3 1 (Nitro 2, Nuxt 4) use `fromNodeMiddleware(healthHandler(health))` with the
 * handler of `hale/http/node`.
 *
 * @throws {HealthSetupError} when an option is malformed.
 */
export function healthMiddleware(
  health: Health,
  options?: HandlerOptions,
): (event: H3EventLike) => Promise<Response> | undefined {
  const handler = createHandler(health, options)
  return (event) => answerRequest(handler, event.req)
}
