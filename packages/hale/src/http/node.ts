import { createServer, type Server } from 'node:http'
import type { Health } from '../core/health.ts'
import { refuseOptions, type Rules } from '../core/rules.ts'
import { HANDLER_RULES, type HandlerOptions } from './handler.ts'
import { LISTEN_RULES } from './support/listen-rules.ts'
import { healthHandler } from './support/listener.ts'

export { attach } from './support/attach.ts'
export { healthHandler, type HealthListener } from './support/listener.ts'
export { shutDownOnSignal, type SignalOptions } from './on-signal.ts'
export { shutDown } from './support/shut-down.ts'

export interface ServeOptions extends HandlerOptions {
  /** Default 0: any that is free. */
  readonly port?: number
  /** Default: all addresses, as an orchestrator asks from outside. */
  readonly host?: string
}

const SERVE_RULES: Rules<ServeOptions> = { ...HANDLER_RULES, ...LISTEN_RULES }

/** Serves health on a port of its own. Rejects when it cannot listen. */
export async function serve(health: Health, options: ServeOptions = {}): Promise<Server> {
  refuseOptions(options, SERVE_RULES)
  const { host, port = 0, ...rest } = options
  const server = createServer(healthHandler(health, rest))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return server
}
