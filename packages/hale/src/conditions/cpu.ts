import { availableParallelism } from 'node:os'
import type { Condition } from '../core/condition.ts'
import { parseAmount, round } from '../checks/support/amount.ts'
import { readCpuUse, type CpuUse } from '../checks/support/cpu-use.ts'
import { levelCondition, type Level } from './support/level.ts'

export type CpuOptions = Level<`${number}%`>

// Over less than this the figure says more about the garbage collector than about the load.
const SHORTEST_MS = 500

/** Where the figures come from; by default from the system. */
export interface CpuSource {
  readonly processors: number
  readonly use: () => CpuUse
}

/**
 * Holds while this process uses more or less than a share of the processors it may use, threads included, since it was
 * last looked at (the first time: since it began). `100%` of four processors is four of them busy all the time.
 *
 * @throws {HealthSetupError} when there is no level, or it is not a share such as `80%`.
 */
export function cpu(options: CpuOptions, source: CpuSource = SYSTEM): Condition {
  const read = createReader(source)
  return levelCondition({
    name: 'the CPU use of this process',
    level: options,
    problem: (limit) =>
      typeof limit === 'string' && parseAmount(limit) !== undefined
        ? undefined
        : `${JSON.stringify(limit)} is not a share such as "80%"`,
    measure: ({ above, below }) => ({
      ...(above === undefined ? {} : { above: toShare(above) }),
      ...(below === undefined ? {} : { below: toShare(below) }),
      value: read(),
    }),
    show: (share) => `${round(share * 100)} %`,
  })
}

const SYSTEM: CpuSource = { processors: availableParallelism(), use: readCpuUse }

/** Reads the share used since the last reading. */
function createReader({ processors, use }: CpuSource): () => number {
  let before: CpuUse = { now: 0, usedMs: 0 }
  let share: number | undefined
  return () => {
    const after = use()
    const elapsedMs = after.now - before.now
    if (share !== undefined && elapsedMs < SHORTEST_MS) return share
    share = (after.usedMs - before.usedMs) / Math.max(1, elapsedMs) / processors
    before = after
    return share
  }
}

function toShare(limit: string): number {
  const amount = parseAmount(limit)
  return amount !== undefined && 'share' in amount ? amount.share : Number.NaN
}
