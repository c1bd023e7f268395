import { availableParallelism } from 'node:os'
import type { Condition, ConditionContext } from '../core/condition.ts'
import { parseAmount, round } from '../checks/support/amount.ts'
import { levelCondition, type Level } from './support/level.ts'

export type CpuOptions = Level<`${number}%`>

// Over less than this the figure says more about the garbage collector than about the load.
const SHORTEST_MS = 500

/**
 * Holds while this process uses more or less than a share of the processors it may use, threads included, since it was
 * last looked at (the first time: since it began). `100%` of four processors is four of them busy all the time.
 *
 * @throws {HealthSetupError} when there is no level, or it is not a share such as `80%`.
 */
export function cpu(options: CpuOptions): Condition {
  const read = createReader()
  return levelCondition({
    name: 'the CPU use of this process',
    level: options,
    problem: (limit) =>
      typeof limit === 'string' && parseAmount(limit) !== undefined
        ? undefined
        : `${JSON.stringify(limit)} is not a share such as "80%"`,
    measure: ({ above, below }, context) => ({
      ...(above === undefined ? {} : { above: toShare(above) }),
      ...(below === undefined ? {} : { below: toShare(below) }),
      value: read(context),
    }),
    show: (share) => `${round(share * 100)} %`,
  })
}

/** Reads the share used since the last reading. */
function createReader(): (context: ConditionContext) => number {
  let before = { now: performance.now() - process.uptime() * 1_000, usedMs: 0 }
  let share: number | undefined
  return () => {
    const now = performance.now()
    const elapsedMs = now - before.now
    if (share !== undefined && elapsedMs < SHORTEST_MS) return share
    const { system, user } = process.cpuUsage()
    const usedMs = (system + user) / 1_000
    share = (usedMs - before.usedMs) / Math.max(1, elapsedMs) / availableParallelism()
    before = { now, usedMs }
    return share
  }
}

function toShare(limit: string): number {
  const amount = parseAmount(limit)
  return amount !== undefined && 'share' in amount ? amount.share : Number.NaN
}
