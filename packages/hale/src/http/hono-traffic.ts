import type { ServerResponse } from 'node:http'
import type { Traffic } from '../core/traffic.ts'
import { measureResponse } from './node-traffic.ts'
import { beginRequest } from './support/traffic-end.ts'
import { endWith } from './support/traffic-body.ts'

/** What is used of a Hono context. */
export interface HonoTrafficContext {
  readonly req: { readonly method: string; readonly routePath: string }
  res: Response
  /** On Node, @hono/node-server gives the response of node:http. */
  readonly env?: unknown
}

/**
 * Measures the requests of Hono by the route that they matched: `app.use(trafficMiddleware(traffic))`, before the routes,
 * and after `healthMiddleware` so that probes are not counted. On Node until the answer is handed to the socket; elsewhere
 * as `measureHandler` of `hale/http/web-traffic` does.
 */
export function trafficMiddleware(
  traffic: Traffic,
): (context: HonoTrafficContext, next: () => Promise<void>) => Promise<void> {
  return async (context, next) => {
    const { outgoing } = Object(context.env) as { readonly outgoing?: ServerResponse }
    const route = (): string | undefined => routeOf(context)
    if (outgoing !== undefined) {
      measureResponse(traffic, outgoing, route)
      return next()
    }
    const end = beginRequest(traffic, route)
    await next()
    const answer = context.res
    const measured = endWith(answer, end)
    if (measured !== answer) context.res = measured
  }
}

/** The path of the handler that came last. `*` is that of middleware: nothing behind it was matched. */
function routeOf({ req: { method, routePath } }: HonoTrafficContext): string | undefined {
  return routePath === '*' || routePath === '/*' ? undefined : `${method} ${routePath}`
}
