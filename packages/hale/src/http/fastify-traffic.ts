import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Traffic } from '../core/traffic.ts'
import { measureResponse } from './node-traffic.ts'

/** What is used of a Fastify instance. */
export interface FastifyTrafficLike {
  addHook(
    name: 'onRequest',
    hook: (request: FastifyRequestLike, reply: { readonly raw: ServerResponse }, done: () => void) => void,
  ): unknown
}

/** What is used of a request of Fastify's. */
export interface FastifyRequestLike {
  readonly raw: IncomingMessage
  readonly method: string
  readonly routeOptions: { readonly url?: string | undefined }
}

/**
 * Measures the requests of Fastify by the route that they matched: `app.register(trafficPlugin(traffic))`, after
 * `healthPlugin` so that probes are not counted, and before the hooks whose time is to be measured.
 */
export function trafficPlugin(
  traffic: Traffic,
): (instance: FastifyTrafficLike, options: object, done: () => void) => void {
  const plugin = (instance: FastifyTrafficLike, _options: object, done: () => void): void => {
    instance.addHook('onRequest', (request, reply, next) => {
      measureResponse(traffic, reply.raw, () => fastifyRoute(request))
      next()
    })
    done()
  }
  // As fastify-plugin does: the hook is to see every request of the instance that the plugin is registered with.
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true })
}

/** `GET /orders/:id`, the prefix included; undefined when no route was matched. */
export function fastifyRoute({ method, routeOptions: { url } }: FastifyRequestLike): string | undefined {
  return url === undefined ? undefined : `${method} ${url}`
}
