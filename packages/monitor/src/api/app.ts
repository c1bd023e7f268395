import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Principal } from './access/access.ts'

/** A server whose routes take their types from zod schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>

/** What a route asks of its caller. A route that does not say keeps the server from starting (S7). */
export type RouteAccess = 'public' | 'read' | 'admin'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess
    /** Checks the origin of GET too: what it answers goes on living with the caller's rights (S3). */
    stream?: boolean
  }
  interface FastifyRequest {
    /** Who asks; undefined on a public route that nobody has logged in for. */
    principal: Principal | undefined
  }
}
