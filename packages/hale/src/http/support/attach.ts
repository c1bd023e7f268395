import type { Health } from '../../core/health.ts'
import { HealthSetupError } from '../../core/misuse.ts'
import type { HandlerOptions } from '../handler.ts'
import { createResponder } from './listener.ts'
import { findServer, lookFirst, type Serving } from './serving.ts'

/**
 * Answers health in front of an app, on its own server and port: the app sees every other request as it came, and none of
 * these. No middleware, logger, body parser or login delays a probe, and it costs what it costs on plain node:http.
 *
 *     attach(health, express().listen(8080))
 *     attach(health, fastify())
 *
 * It matters not whether the app's own listeners are added before or after. Upgrades and `Expect` are left alone.
 *
 * @param app a server of node:http, node:https or node:http2, or a Fastify or Nest app.
 * @returns what takes it off again.
 * @throws {HealthSetupError} when the app tells no server or an option is malformed.
 */
export function attach(health: Health, app: Serving, options?: HandlerOptions): () => void {
  const server = findServer(app)
  if (server === undefined) {
    const message = 'it is no server and tells none; for Express and Koa give what app.listen() returns'
    throw new HealthSetupError([{ field: 'app', message }])
  }
  return lookFirst(server, createResponder(health, options))
}
