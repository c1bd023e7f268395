import { availableParallelism, loadavg } from 'node:os'
import type { Condition } from '../core/condition.ts'
import { formatObserved } from '../core/figures.ts'
import { levelCondition, type Level } from './support/level.ts'

export type LoadOptions = Level<number>

/**
 * Holds while the machine's load is above or below a level: the average number of processes that run or want to, over the
 * last minute, per processor that this process may use. 1 is a machine that is busy and nothing waits.
 * Windows has no such figure, so there it always fails.
 *
 * @throws {HealthSetupError} when there is no level, or it is not a number above 0.
 */
export function load(options: LoadOptions): Condition {
  return levelCondition({
    name: 'the load per core',
    level: options,
    problem: (limit) =>
      Number.isFinite(limit) && Number(limit) > 0 ? undefined : `${String(limit)} is not a number above 0`,
    measure: (level) => ({ ...level, value: readLoad() }),
    show: (value) => formatObserved({ value }),
  })
}

function readLoad(): number {
  if (process.platform === 'win32') throw new Error('Windows has no load average')
  return (loadavg()[0] ?? 0) / availableParallelism()
}
