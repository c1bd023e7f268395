import type { Clock } from 'hale'
import type { Logger } from 'pino'
import { StoreError } from '../store/store.ts'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

/** Calls the store so that its failures end nothing: pauses between tries, and one line in the log for each outage. */
export interface Persistence {
  /** Tries once. Undefined when it failed, after a pause that grows from failure to failure. */
  try<T>(action: () => Promise<T>): Promise<T | undefined>
  /** Tries again and again until the monotonic time `deadline`. Undefined when it never worked, or never will. */
  until<T>(deadline: number, action: () => Promise<T>): Promise<T | undefined>
}

/** @param options.stop ends pauses: while stopping, everything is tried once more and then left. */
export function createPersistence(options: {
  readonly clock: Clock
  readonly logger: Logger
  readonly stop: AbortSignal
}): Persistence {
  const { clock, logger, stop } = options
  let failing = false
  let pauseMs = FIRST_PAUSE_MS

  async function run<T>(action: () => Promise<T>): Promise<{ readonly value: T } | { readonly error: unknown }> {
    try {
      const value = await action()
      if (failing) logger.info('the outbox can be used again')
      failing = false
      pauseMs = FIRST_PAUSE_MS
      return { value }
    } catch (error) {
      if (!failing) logger.error({ err: error }, 'the outbox cannot be used; alerts wait')
      failing = true
      return { error }
    }
  }

  function pause(): Promise<void> {
    const ms = pauseMs
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
    return new Promise((resolve) => {
      if (stop.aborted) return resolve()
      const end = (): void => {
        timer.cancel()
        stop.removeEventListener('abort', end)
        resolve()
      }
      const timer = clock.after(ms, end)
      stop.addEventListener('abort', end, { once: true })
    })
  }

  return {
    async try(action) {
      const outcome = await run(action)
      if ('value' in outcome) return outcome.value
      await pause()
      return undefined
    },
    async until(deadline, action) {
      for (let last = false; !last && clock.now() < deadline;) {
        last = stop.aborted
        const outcome = await run(action)
        if ('value' in outcome) return outcome.value
        if (outcome.error instanceof StoreError && !outcome.error.retryable) return undefined
        await pause()
      }
      return undefined
    },
  }
}
