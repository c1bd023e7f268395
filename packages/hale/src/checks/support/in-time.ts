import type { CheckContext } from '../../core/check.ts'
import type { Result } from '../../core/result.ts'

/**
 * Answers a little before the runner would give its general `TIMEOUT`, because a check can say more: an exhausted pool,
 * a client that is not connected. Gives up at once when the signal is aborted. What `answer` says late is dropped.
 */
export async function inTime(context: CheckContext, answer: Promise<Result>, onLate: () => Result): Promise<Result> {
  const { clock, signal, timeoutMs } = context
  let release = (): void => {}
  const late = new Promise<void>((resolve) => {
    const stop = (): void => resolve()
    const timer = clock.after(timeoutMs - Math.min(50, timeoutMs / 10), stop)
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    release = () => {
      timer.cancel()
      signal.removeEventListener('abort', stop)
    }
  })
  try {
    return (await Promise.race([answer, late])) ?? onLate()
  } finally {
    release()
  }
}

/**
 * Keeps to one question under way. A client that hangs queues what it is asked, so asking again at each run would pile
 * questions up (E1, E12); whoever asks meanwhile waits for the one that is on its way.
 */
export function oneAtATime<T>(ask: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | undefined
  return () => {
    underWay ??= ask().finally(() => {
      underWay = undefined
    })
    return underWay
  }
}
