import type { IncomingMessage } from 'node:http'
import type { Traffic } from '../core/traffic.ts'
import { trafficListener, type NodeTrafficOptions, type TrafficListener } from './node-traffic.ts'

/**
 * Measures the requests of Express 4 and 5 by the route that they matched: `app.use(trafficMiddleware(traffic))`, before the
 * routes, and after `healthRouter` so that probes are not counted.
 */
export function trafficMiddleware(traffic: Traffic, options: NodeTrafficOptions = {}): TrafficListener {
  return trafficListener(traffic, { route: expressRoute, ...options })
}

/** What Express adds to a request. */
interface Routed extends IncomingMessage {
  readonly baseUrl?: string
  readonly route?: { readonly path: unknown }
}

/** `GET /shops/:param/orders/:id`; undefined when no route was matched. */
export function expressRoute({ baseUrl = '', method = 'GET', route }: Routed): string | undefined {
  if (route === undefined) return undefined
  // Express tells where a router is mounted only as the path that matched: what holds a digit is taken for a parameter.
  const mount = baseUrl.replaceAll(/[^/]*\d[^/]*/g, ':param')
  return `${method} ${mount}${String(route.path)}`
}
