import type { Health } from '../core/health.ts'
import { isFunction, isNames, optional, refuseOptions, type Rules } from '../core/rules.ts'
import { outliveProxies, SHUT_DOWN_RULES, shutDown, type Serving, type ShutDownOptions } from './support/shut-down.ts'

export interface SignalOptions extends ShutDownOptions {
  /** Default `SIGTERM`, by which orchestrators end a process, and `SIGINT`, which is Ctrl-C. */
  readonly signals?: readonly NodeJS.Signals[]
  /** What is to be done when nothing is served any more, such as closing a pool of connections. Default nothing. */
  readonly last?: () => unknown
}

const RULES: Rules<SignalOptions> = {
  ...SHUT_DOWN_RULES,
  signals: optional('a list of signals', isNames),
  last: optional('a function', isFunction),
}

/**
 * Shuts down in the right order (see {@link shutDown}) when the process is told to end, then ends it: with code 0, or 1
 * when something failed, which is written to stderr. Signals that come meanwhile change nothing.
 * At once, it raises the `keepAliveTimeout` of the servers as `proxyIdle` asks. Returns what takes the signal handlers off
 * again.
 *
 * @throws {HealthSetupError} when an option is no duration.
 */
export function shutDownOnSignal(
  health: Health,
  serving: Serving | readonly Serving[],
  options: SignalOptions = {},
): () => void {
  refuseOptions(options, RULES)
  const { last, signals = ['SIGTERM', 'SIGINT'], ...rest } = options
  outliveProxies(serving, rest)
  let ending = false
  const onSignal = (): void => {
    if (ending) return
    ending = true
    endProcess(async () => {
      await shutDown(health, serving, rest)
      await last?.()
    })
  }
  for (const signal of signals) process.on(signal, onSignal)
  return () => {
    for (const signal of signals) process.off(signal, onSignal)
  }
}

function endProcess(work: () => Promise<void>): void {
  work().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error('The shutdown failed:', error)
      process.exit(1)
    },
  )
}
