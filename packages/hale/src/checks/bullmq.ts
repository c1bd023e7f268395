import type { DependencyCheck } from '../core/check.ts'
import type { Duration } from '../core/duration.ts'
import { healthy } from '../core/result.ts'
import { textRule, type Rules } from '../core/rules.ts'
import { clientCheck, sourceProblem } from './support/client-check.ts'
import { COUNT, DURATION, limitRules } from './support/limit-rules.ts'
import { refuseMisuse } from './support/misuse.ts'
import { judgeAge, judgeCount } from './support/queue-limits.ts'
import { worstOf } from './support/worst-of.ts'
import { howMany } from './support/how-many.ts'
import { placeOfRedis } from './support/redis-place.ts'

/** What a queue must have: a `Queue` of `bullmq`. */
export interface BullmqQueue {
  readonly name: string
  /** Jobs by state. */
  getJobCounts(): Promise<Readonly<Record<string, number>>>
  getWaiting(start: number, end: number): Promise<readonly BullmqJob[]>
  getPrioritized(start: number, end: number): Promise<readonly BullmqJob[]>
}

/** Times in ms since 1970. */
export interface BullmqJob {
  readonly timestamp: number
  /** When it was last begun, if it was. */
  readonly processedOn?: number
  readonly opts: { readonly delay?: number }
}

export interface BullmqOptions {
  /** Degraded, `QUEUE_TOO_DEEP`, when more jobs wait. Default: no limit. */
  readonly waitingDegraded?: number
  /** Unhealthy, `QUEUE_TOO_DEEP`, when more jobs wait. Default: no limit. */
  readonly waitingUnhealthy?: number
  /**
   * Degraded, `QUEUE_TOO_OLD`, when the job that is next has waited for longer: `10m`. Of the jobs with a priority the
   * most urgent is judged. Default: not asked.
   */
  readonly ageDegraded?: Duration
  /** Unhealthy, `QUEUE_TOO_OLD`, when the job that is next has waited for longer. Default: not asked. */
  readonly ageUnhealthy?: Duration
  /** How messages call the queue. Default: its name. */
  readonly where?: string
}

const RULES: Rules<BullmqOptions> = {
  ...limitRules('waitingDegraded', 'waitingUnhealthy', COUNT),
  ...limitRules('ageDegraded', 'ageUnhealthy', DURATION),
  where: textRule,
}

/**
 * How many jobs wait in a queue of BullMQ and for how long, asked through the app's own `Queue`. Costs one script in Redis per
 * run that reads lengths, and when an age is a limit and jobs wait, the first of those in line and the first of those with a
 * priority. Never more than one at a time.
 *
 * Observed: jobs that wait; the age in ms when that is beyond its limit. Data: jobs by state, age of the oldest.
 *
 * Codes: `PROTOCOL_ERROR` when something else answers.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function bullmq(queue: BullmqQueue, options: BullmqOptions = {}): DependencyCheck {
  refuseMisuse('bullmq', options, RULES, {
    queue: sourceProblem(queue, [], ['getJobCounts']) && 'must be a Queue of bullmq',
  })
  const { ageDegraded, ageUnhealthy, waitingDegraded, waitingUnhealthy } = options
  const name = `the queue ${options.where ?? queue.name}`
  const asksForAge = ageDegraded !== undefined || ageUnhealthy !== undefined

  return clientCheck<BullmqQueue>({
    kind: 'bullmq',
    through: { client: queue },
    place: placeOfBullmq(queue) ?? 'Redis',
    question: `getJobCounts of ${name}`,
    async ask(_, { clock }) {
      const {
        waiting: inLine = 0,
        paused = 0,
        prioritized = 0,
        active = 0,
        delayed = 0,
        failed = 0,
      } = await queue.getJobCounts()
      const waiting = inLine + paused + prioritized
      const oldestMs = asksForAge && waiting > 0 ? await ageOfOldest(queue, clock.wall()) : undefined
      const data = { waiting, paused, active, delayed, failed, ...(oldestMs === undefined ? {} : { oldestMs }) }
      return worstOf(
        healthy(`${howMany(waiting, 'jobs', VERB)} in ${name}.`, { observed: { value: waiting, unit: 'jobs' }, data }),
        judgeCount({
          count: waiting,
          unit: 'jobs',
          degraded: waitingDegraded,
          unhealthy: waitingUnhealthy,
          code: 'QUEUE_TOO_DEEP',
          verb: VERB,
          where: `in ${name}`,
          tryThis: SEE,
        }),
        judgeAge({
          ms: oldestMs,
          degraded: ageDegraded,
          unhealthy: ageUnhealthy,
          code: 'QUEUE_TOO_OLD',
          what: `A job that is next in ${name}`,
          tryThis: SEE,
        }),
      )
    },
  })
}

const VERB = ['waits', 'wait'] as const
const SEE = 'See whether workers run and the queue is not paused, or start more workers.'

/** A queue tells what it was given: what ioredis connects with, or a client of ioredis. */
function placeOfBullmq(queue: BullmqQueue): string | undefined {
  const { opts } = queue as { readonly opts?: { readonly connection?: object } }
  return placeOfRedis({ options: opts?.connection, ...opts?.connection })
}

/** Jobs with a priority stand in a line of their own, the most urgent first. */
async function ageOfOldest(queue: BullmqQueue, now: number): Promise<number | undefined> {
  const next = [...(await queue.getWaiting(0, 0)), ...(await queue.getPrioritized(0, 0))]
  // One that was delayed, or tried before, has not waited all that time.
  const ages = next.map(
    ({ timestamp, opts, processedOn = 0 }) => now - Math.max(timestamp + (opts.delay ?? 0), processedOn),
  )
  return ages.length === 0 ? undefined : Math.max(0, ...ages)
}
