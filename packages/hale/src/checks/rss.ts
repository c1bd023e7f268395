import { defineCheck, type LocalCheck } from '../core/check.ts'
import { formatBytes } from '../core/figures.ts'
import type { Result } from '../core/result.ts'
import type { Rules } from '../core/rules.ts'
import { round, type Amount, type ReadAmount } from './support/amount.ts'
import { AMOUNT, limitRules } from './support/limit-rules.ts'
import { judgeLevel, percentOf, readAmounts, type Limits } from './support/limits.ts'
import { measureMemory, type MemoryUse } from './support/memory-use.ts'
import { refuseMisuse } from './support/misuse.ts'

export interface RssOptions {
  /** Degraded when this process holds more: a share of the limit (`70%`) or bytes (`400MiB`, a number from 1024 on). Default `70%`. */
  readonly degraded?: Amount
  /** Unhealthy when it holds more. Default `85%`. */
  readonly unhealthy?: Amount
}

const DEFAULTS = { degraded: '70%', unhealthy: '85%' }

const RULES: Rules<RssOptions> = limitRules('degraded', 'unhealthy', AMOUNT, DEFAULTS)

/**
 * Memory that this process holds (resident set size): its heap, and what is beside it, such as buffers, native modules and
 * threads. Against the limit that `memory` measures against, the container's or else the machine's; but only what is this
 * process's own, so it says who it is. Costs one call of the system and a few small reads under `/proc` and `/sys` per run.
 *
 * Observed: share of that limit in %.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function rss(options: RssOptions = {}): LocalCheck {
  refuseMisuse('rss', options, RULES)
  const limits = readAmounts(options, DEFAULTS)
  return defineCheck({
    kind: 'rss',
    scope: 'local',
    run: async () => judgeRss(process.memoryUsage.rss(), await measureMemory(), limits),
  })
}

/** Judges what a process holds: pure. */
export function judgeRss(bytes: number, { limit, source }: MemoryUse, limits: Limits<ReadAmount>): Result {
  const percent = (bytes / limit) * 100
  return judgeLevel(
    {
      value: percent,
      unit: '%',
      figures: `This process holds ${formatBytes(bytes)} of ${formatBytes(limit)} (${round(percent)} %), measured against ${source}`,
      advice: 'Look for a leak in the heap and beside it (buffers, native modules), or raise the limit.',
      data: { rssBytes: bytes, limitBytes: limit, measuredAgainst: source },
    },
    percentOf(limit, limits),
  )
}
