import type { CheckContext } from '../../core/check.ts'
import { formatDuration } from '../../core/duration.ts'
import { unhealthy, type Result } from '../../core/result.ts'

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
 * {@link inTime} for a question that can be aborted: `ask` is told by its signal when nobody waits for it any more. Without
 * an answer it is `onLate`, or unhealthy `TIMEOUT` with that message.
 */
export function abortLate(
  context: CheckContext,
  ask: (signal: AbortSignal) => Promise<Result>,
  onLate: string | (() => Result),
): Promise<Result> {
  const stop = new AbortController()
  return inTime(context, ask(AbortSignal.any([stop.signal, context.signal])), () => {
    stop.abort()
    return typeof onLate === 'string' ? unhealthy('TIMEOUT', onLate) : onLate()
  })
}

/** `within 2 s`, for messages. */
export function within({ timeoutMs }: Pick<CheckContext, 'timeoutMs'>): string {
  return `within ${formatDuration(timeoutMs)}`
}

/** Timeouts after which a question is taken for lost; twice as many for each that was lost before it. */
const LOST_AFTER = 3

/**
 * Keeps to one question under way. A client that hangs queues what it is asked, so asking again at each run would pile
 * questions up (E1, E12); whoever asks meanwhile waits for the one that is on its way.
 *
 * One that has hung for three timeouts is taken for lost, as on a connection that a firewall forgot, and another is asked;
 * the next after six, twelve, and so on: otherwise one dead connection of a pool would hide that the others work. So a
 * recovery is seen at the latest when the outage has taken as long again, and a day of hanging leaves 15 questions behind.
 */
export function oneAtATime<T>(ask: (context: CheckContext) => Promise<T>): (context: CheckContext) => Promise<T> {
  const underWay = new Set<{ readonly since: number; readonly answer: Promise<T> }>()
  return (context) => {
    const { clock, timeoutMs } = context
    const now = clock.now()
    const newest = [...underWay].at(-1)
    const patienceMs = LOST_AFTER * 2 ** (underWay.size - 1) * timeoutMs
    if (newest !== undefined && now - newest.since <= patienceMs) return newest.answer
    const question = { since: now, answer: ask(context).finally(() => underWay.delete(question)) }
    underWay.add(question)
    return question.answer
  }
}
