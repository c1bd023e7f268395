import type { Traffic } from '../core/traffic.ts'
import { measureResponse, nodeResponseOf } from './node-traffic.ts'
import { beginRequest } from './support/traffic-end.ts'
import { endWith } from './support/traffic-body.ts'
import { statusOfError } from './support/traffic-status.ts'

/** What is used of an event of h3 2. */
export interface H3TrafficEvent {
  readonly req: Request
  readonly res: { readonly status?: number | undefined }
  readonly context: { readonly matchedRoute?: { readonly route?: string | undefined } | undefined }
}

/**
 * Measures the requests of h3 2 and Nitro 3 by the route that they matched: `app.use(trafficMiddleware(traffic))`, first of
 * all but for `healthMiddleware`, so that probes are not counted. On Node until the answer is handed to the socket;
 * elsewhere as `measureHandler` of `hale/http/web-traffic` does. For h3 1 (Nitro 2, Nuxt 4) use `fromNodeMiddleware` with
 * the listener of `hale/http/node-traffic`.
 */
export function trafficMiddleware(traffic: Traffic): (event: H3TrafficEvent, next: () => unknown) => unknown {
  return (event, next) => {
    const route = (): string | undefined => {
      const path = event.context.matchedRoute?.route
      return path === undefined ? undefined : `${event.req.method} ${path}`
    }
    const outgoing = nodeResponseOf(event.req)
    if (outgoing !== undefined) {
      measureResponse(traffic, outgoing, route)
      return next()
    }
    return measureNext(event, next, beginRequest(traffic, route))
  }
}

async function measureNext(
  event: H3TrafficEvent,
  next: () => unknown,
  end: (status: number) => void,
): Promise<unknown> {
  try {
    const value = await next()
    if (value instanceof Response) return endWith(value, end)
    // A value that h3 makes an answer of later; an error that is given back says its status as one that is thrown.
    end(value instanceof Error ? statusOfError(value) : (event.res.status ?? 200))
    return value
  } catch (error) {
    end(statusOfError(error))
    throw error
  }
}
