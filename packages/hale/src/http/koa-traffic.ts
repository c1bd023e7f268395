import type { ServerResponse } from 'node:http'
import type { Traffic } from '../core/traffic.ts'
import { measureResponse } from './node-traffic.ts'

/** What is used of a Koa context. */
export interface KoaTrafficContext {
  readonly method: string
  readonly res: ServerResponse
  /** The pattern that @koa/router matched, its prefix included. */
  readonly _matchedRoute?: string | RegExp | undefined
}

/**
 * Measures the requests of Koa by the route of @koa/router that they matched: `app.use(trafficMiddleware(traffic))`, before
 * the routes, and after `healthMiddleware` so that probes are not counted.
 *
 * @param route names the route with another router; the default reads what @koa/router leaves in the context.
 */
export function trafficMiddleware<Context extends KoaTrafficContext>(
  traffic: Traffic,
  route: (context: Context) => string | undefined = matchedRoute,
): (context: Context, next: () => Promise<unknown>) => Promise<unknown> {
  return (context, next) => {
    measureResponse(traffic, context.res, () => route(context))
    return next()
  }
}

function matchedRoute({ _matchedRoute: path, method }: KoaTrafficContext): string | undefined {
  return path === undefined ? undefined : `${method} ${String(path)}`
}
