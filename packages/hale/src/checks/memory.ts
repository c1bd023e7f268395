import { defineCheck, type LocalCheck } from '../core/check.ts'
import { formatBytes } from '../core/figures.ts'
import type { Result } from '../core/result.ts'
import type { Rules } from '../core/rules.ts'
import { round, type Amount, type ReadAmount } from './support/amount.ts'
import { AMOUNT, limitRules } from './support/limit-rules.ts'
import { judgeLevel, percentOf, readAmounts, type Limits } from './support/limits.ts'
import { measureMemory, type MemoryUse } from './support/memory-use.ts'
import { refuseMisuse } from './support/misuse.ts'

export interface MemoryOptions {
  /** Degraded when more than this is used: a share of the limit (`85%`) or bytes (`400MiB`, a number from 1024 on). Default `85%`. */
  readonly degraded?: Amount
  /** Unhealthy when more than this is used. Default `95%`. */
  readonly unhealthy?: Amount
}

const DEFAULTS = { degraded: '85%', unhealthy: '95%' }

const RULES: Rules<MemoryOptions> = limitRules('degraded', 'unhealthy', AMOUNT, DEFAULTS)

/**
 * Memory in use against the limit at which the kernel would kill: that of the container (control groups version 2 and 1)
 * where there is one, else the machine's. Costs a few small reads under `/proc` and `/sys` per run.
 *
 * Observed: used share of that limit in %.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function memory(options: MemoryOptions = {}): LocalCheck {
  refuseMisuse('memory', options, RULES)
  const limits = readAmounts(options, DEFAULTS)
  return defineCheck({ kind: 'memory', scope: 'local', run: async () => judgeMemory(await measureMemory(), limits) })
}

/** Judges memory in use: pure. */
export function judgeMemory({ used, limit, source }: MemoryUse, limits: Limits<ReadAmount>): Result {
  const percent = (used / limit) * 100
  return judgeLevel(
    {
      value: percent,
      unit: '%',
      figures: `${formatBytes(used)} of ${formatBytes(limit)} used (${round(percent)} %), measured against ${source}`,
      advice: 'Look for a leak, or raise the limit.',
      data: { usedBytes: used, limitBytes: limit, measuredAgainst: source },
    },
    percentOf(limit, limits),
  )
}
