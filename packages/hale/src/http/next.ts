import type { Health } from '../core/health.ts'
import { createHandler, type HandlerOptions } from './handler.ts'

type RouteHandler = (request: Request) => Promise<Response>

/** The methods of a Next.js route; one that is not there Next.js would answer by itself, without `Allow`. */
export type HealthRoute = Readonly<
  Record<'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', RouteHandler>
>

/**
 * The health endpoints as a route of Next.js' App Router, in `app/health/[[...path]]/route.ts`:
 *
 *     export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = healthRoute(health)
 *     export const dynamic = 'force-dynamic'
 *
 * In another folder say where as `basePath`.
 *
 * @throws {HealthSetupError} when an option is malformed.
 */
export function healthRoute(health: Health, options?: HandlerOptions): HealthRoute {
  const { fetch } = createHandler(health, options)
  return { GET: fetch, HEAD: fetch, OPTIONS: fetch, POST: fetch, PUT: fetch, PATCH: fetch, DELETE: fetch }
}
