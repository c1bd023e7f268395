import { defineCheck, type CheckContext, type DependencyCheck } from '../core/check.ts'
import { oneLine } from '../core/one-line.ts'
import { redact } from '../core/redact.ts'
import { degraded, healthy, unhealthy, unknown, type Result } from '../core/result.ts'
import { isFunction, isWhole, optional, required, textRule, type Rules } from '../core/rules.ts'
import { COUNT, limitRule, limitRules } from './support/limit-rules.ts'
import { refuseMisuse } from './support/misuse.ts'
import { howMany } from './support/how-many.ts'

export interface BacklogOptions {
  /** Tells how many wait. It is handed the run's signal and should heed it. */
  readonly count: (context: CheckContext) => number | Promise<number>
  /** What they are, for messages. Default `jobs`. */
  readonly unit?: string
  /** Degraded when more than this wait. Default: no limit. */
  readonly degraded?: number
  /** Unhealthy when more than this wait. Default: no limit. */
  readonly unhealthy?: number
  /** Degraded when each of this many answers in a row, 2 to 1,000, was larger than the one before. Default: no limit. */
  readonly growing?: number
  /** Growth up to this many does not count: a queue that is used grows now and then. Default 0. */
  readonly ignoreUpTo?: number
}

const RULES: Rules<BacklogOptions> = {
  count: required('a function that tells how many wait', isFunction),
  unit: textRule,
  ...limitRules('degraded', 'unhealthy', COUNT),
  growing: optional('a whole number from 2 to 1,000', (times) => isWhole(times, 2, 1_000)),
  ignoreUpTo: limitRule(COUNT),
}

/**
 * How much work waits: a queue's length, rows to be sent, files to be read. Sees too that it only ever grows, long before
 * a limit is reached. Costs what `count` costs, once per run.
 *
 * Observed: how many wait, with the unit given.
 *
 * Codes: `INVALID_RESULT` when the count is no number.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function backlog(options: BacklogOptions): DependencyCheck {
  refuseMisuse('backlog', options, RULES)
  const { count, growing, ignoreUpTo = 0, unit = 'jobs' } = options
  const { degraded: soft = Infinity, unhealthy: hard = Infinity } = options
  let previous: number | undefined
  let rises = 0

  const judge = (waiting: number): Result => {
    rises = previous !== undefined && waiting > previous ? rises + 1 : 0
    previous = waiting
    const waits = howMany(waiting, unit, ['waits', 'wait'])
    const details = { observed: { value: waiting, unit }, data: { rises } }
    for (const [judgement, limit] of [
      [unhealthy, hard],
      [degraded, soft],
    ] as const) {
      if (waiting <= limit) continue
      const message = `${waits}, limit ${limit}. See whether they are worked off, or start more workers.`
      return judgement('THRESHOLD_EXCEEDED', message, details)
    }
    if (growing !== undefined && rises >= growing && waiting > ignoreUpTo) {
      const message = `${waits}, more each of the last ${rises} times. See whether they are worked off.`
      return degraded('GROWING', message, details)
    }
    return healthy(`${waits}.`, details)
  }

  return defineCheck({
    kind: 'backlog',
    async run(context) {
      const waiting: unknown = await count(context)
      if (typeof waiting === 'number' && waiting >= 0) return judge(waiting)
      return unknown(
        'INVALID_RESULT',
        `count() did not answer a number from 0 (${Number.isNaN(waiting) ? 'no number' : oneLine(redact(String(waiting)), 40)}). See what it counts.`,
      )
    },
  })
}
