import type { Health } from '../core/health.ts'
import { createHandler, type HandlerOptions } from './handler.ts'
import { answerRequest } from './support/web.ts'

/** What is used of an Elysia app. */
export interface ElysiaLike {
  onRequest(hook: (context: { readonly request: Request }) => Promise<Response> | undefined): unknown
}

/**
 * The health endpoints as an Elysia plugin: `new Elysia().use(healthPlugin(health))`, before other `onRequest` hooks.
 * `basePath` is the whole path.
 *
 * @throws {HealthSetupError} when an option is malformed.
 */
export function healthPlugin(health: Health, options?: HandlerOptions): <App extends ElysiaLike>(app: App) => App {
  const handler = createHandler(health, options)
  return (app) => {
    app.onRequest(({ request }) => answerRequest(handler, request))
    return app
  }
}
