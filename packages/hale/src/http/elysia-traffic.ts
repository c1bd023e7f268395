import type { Traffic } from '../core/traffic.ts'
import { measureResponse, nodeResponseOf } from './node-traffic.ts'
import { beginRequest, type EndOfRequest } from './support/traffic-end.ts'

/** What is used of a context of Elysia's. */
export interface ElysiaTrafficContext {
  readonly request: Request
  /** Added once it is matched. */
  readonly route?: string
  readonly set: { readonly status?: number | string }
  readonly response?: unknown
}

/** What is used of an Elysia app. */
export interface ElysiaTrafficLike {
  onRequest(hook: (context: Pick<ElysiaTrafficContext, 'request' | 'route'>) => void): unknown
  onAfterResponse(hook: (context: ElysiaTrafficContext) => void): unknown
}

/**
 * Measures the requests of Elysia by the route that they matched: `app.use(trafficPlugin(traffic))`, before the routes, and
 * after `healthPlugin` so that probes are not counted. On Node until the answer is handed to the socket; on Bun until
 * Elysia's `onAfterResponse`, which does not wait for the end of a stream.
 */
export function trafficPlugin(traffic: Traffic): <App extends ElysiaTrafficLike>(app: App) => App {
  const begun = new WeakMap<Request, EndOfRequest>()
  return (app) => {
    app.onRequest((context) => {
      const { request } = context
      // The context is the one that the handler gets, with its route by then.
      const route = (): string | undefined =>
        context.route === undefined ? undefined : `${request.method} ${context.route}`
      const outgoing = nodeResponseOf(request)
      if (outgoing === undefined) begun.set(request, beginRequest(traffic, route))
      else measureResponse(traffic, outgoing, route)
    })
    app.onAfterResponse(({ request, response, set }) => {
      const status = response instanceof Response ? response.status : set.status
      begun.get(request)?.(typeof status === 'number' ? status : 200)
    })
    return app
  }
}
