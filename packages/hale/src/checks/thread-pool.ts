import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { defineCheck, type CheckContext, type LocalCheck } from '../core/check.ts'
import { formatDuration, type Duration } from '../core/duration.ts'
import { formatMs } from '../core/figures.ts'
import { unhealthy, type Result } from '../core/result.ts'
import type { Rules } from '../core/rules.ts'
import { inTime, oneAtATime } from './support/in-time.ts'
import { DURATION, limitRules } from './support/limit-rules.ts'
import { judgeLevel, readDurations, type Limits } from './support/limits.ts'
import { refuseMisuse } from './support/misuse.ts'

export interface ThreadPoolOptions {
  /** Degraded when a task waited longer than this. Default `100ms`. */
  readonly degraded?: Duration
  /** Unhealthy when a task waited longer than this. Default `500ms`. */
  readonly unhealthy?: Duration
}

const DEFAULTS = { degraded: '100ms', unhealthy: '500ms' }

const RULES: Rules<ThreadPoolOptions> = limitRules('degraded', 'unhealthy', DURATION, DEFAULTS)

/**
 * How long a task waits for one of libuv's threads (`UV_THREADPOOL_SIZE`, 4 unless set). On them file access, the
 * look-up of names, compression and some cryptography are done: when all are busy, every file and every new connection
 * waits, while the event loop looks idle. Costs one task of some µs per run: it draws eight random bytes.
 *
 * Observed: ms until the task is done, the event loop's own delay included.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function threadPool(options: ThreadPoolOptions = {}): LocalCheck {
  refuseMisuse('thread-pool', options, RULES)
  const limits = readDurations(options, DEFAULTS)
  const ask = oneAtATime(() => draw(8))
  return defineCheck({ kind: 'thread-pool', scope: 'local', run: (context) => run(context, ask, limits) })
}

const draw = promisify(randomBytes)

function run(context: CheckContext, ask: (context: CheckContext) => Promise<unknown>, limits: Limits): Promise<Result> {
  const { clock, timeoutMs } = context
  const startedAt = clock.now()
  const answer = ask(context).then(() => judgeWait(clock.now() - startedAt, limits))
  return inTime(context, answer, () =>
    unhealthy('TIMEOUT', `A task has waited for a thread of the pool for ${formatDuration(timeoutMs)}. ${ADVICE}`),
  )
}

const ADVICE = 'See what keeps the threads (files, dns.lookup, zlib, crypto), or raise UV_THREADPOOL_SIZE.'

/** Judges how long (ms) a task waited: pure. */
export function judgeWait(waited: number, limits: Limits): Result {
  const figures = `A task of the thread pool was done after ${formatMs(waited)}`
  return judgeLevel({ value: waited, unit: 'ms', figures, advice: ADVICE }, limits)
}
