import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Health } from '../core/health.ts'
import type { HandlerOptions } from './handler.ts'
import { healthHandler } from './support/listener.ts'

/** What is used of a Fastify instance. */
export interface FastifyLike {
  readonly prefix: string
  readonly supportedMethods: string[]
  addHook(
    name: 'onRequest',
    hook: (request: Raw<IncomingMessage>, reply: Raw<ServerResponse>, done: () => void) => void,
  ): unknown
  route(options: {
    method: string[]
    url: string
    logLevel: 'silent'
    schema: object
    handler: (request: unknown, reply: { callNotFound(): unknown }) => void
  }): unknown
}

interface Raw<T> {
  readonly raw: T
}

/**
 * The health endpoints as a Fastify plugin. Register it first, before hooks that are slow or ask for a login:
 * `app.register(healthPlugin(health), { prefix: '/internal' })`. Its requests are not logged.
 *
 * @throws {HealthSetupError} when an option is malformed.
 */
export function healthPlugin(
  health: Health,
  options: HandlerOptions = {},
): (instance: FastifyLike, options: { readonly prefix?: string }, done: () => void) => void {
  const { basePath = '/health' } = options
  const plugin = (instance: FastifyLike, { prefix = '' }: { readonly prefix?: string }, done: () => void): void => {
    const listener = healthHandler(health, { ...options, basePath: `${instance.prefix}${prefix}${basePath}` })
    // A hook goes before those that are added later; a route of its own could not.
    instance.addHook('onRequest', (request, reply, next) => listener(request.raw, reply.raw, next))
    for (const url of [basePath, `${basePath}/*`]) {
      instance.route({
        method: instance.supportedMethods,
        url: `${prefix}${url}`,
        logLevel: 'silent',
        // For @fastify/swagger.
        schema: { hide: true },
        // Reached by percent-encoded spellings of the path only: they are not health's.
        handler: (_, reply) => void reply.callNotFound(),
      })
    }
    done()
  }
  // As fastify-plugin does: the hook is to see every request of the instance that the plugin is registered with.
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true })
}
