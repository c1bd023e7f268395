import type { Health } from '../core/health.ts'
import type { HandlerOptions } from './handler.ts'
import { healthHandler, type HealthListener } from './support/listener.ts'

/**
 * The health endpoints as Express middleware, for Express 4 and 5. What is not health's goes on to the next.
 * Put it before whatever is slow or asks for a login: `app.use(healthRouter(health))`.
 *
 * @throws {HealthSetupError} when an option is malformed.
 */
export function healthRouter(health: Health, options?: HandlerOptions): HealthListener {
  return healthHandler(health, options)
}
