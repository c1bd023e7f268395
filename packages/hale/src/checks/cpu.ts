import { defineCheck, type LocalCheck } from '../core/check.ts'
import { formatMs } from '../core/figures.ts'
import { healthy, type Result } from '../core/result.ts'
import type { Rules } from '../core/rules.ts'
import { round } from './support/amount.ts'
import { measureProcessors, readCpuUse, type CpuUse, type Processors } from './support/cpu-use.ts'
import { limitRules, SHARE } from './support/limit-rules.ts'
import { judgeLevel, readShares, type Limits, type Share } from './support/limits.ts'
import { refuseMisuse } from './support/misuse.ts'

export interface CpuOptions {
  /** Degraded when more than this share of the processors it may use is used. Default `90%`. */
  readonly degraded?: Share
  /** Unhealthy when more is used. Default: no limit, for a process that is busy works, and taking it away makes others busier. */
  readonly unhealthy?: Share
}

/** Over less than this the figure says more about the garbage collector than about the load. */
const SHORTEST_MS = 500

const DEFAULTS = { degraded: '90%' }

const RULES: Rules<CpuOptions> = limitRules('degraded', 'unhealthy', SHARE, DEFAULTS)

/**
 * Processor time that this process used, threads included, against what it may use. That is the quota of its control
 * group where there is one, else the machine's processors, from one run of the check to the next. Costs a call of the
 * system and, for the quota, a few small reads under `/proc` and `/sys` per run.
 *
 * Observed: used share in %; 100 % of four processors is four of them busy all the time.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function cpu(options: CpuOptions = {}): LocalCheck {
  refuseMisuse('cpu', options, RULES)
  const limits = readShares(options, DEFAULTS)
  let before: CpuUse | undefined
  let last = healthy('Measuring starts now; the next run has the first figure.')
  return defineCheck({
    kind: 'cpu',
    scope: 'local',
    async run() {
      const now = readCpuUse()
      if (before === undefined) before = now
      else if (now.now - before.now >= SHORTEST_MS) {
        const since = before
        before = now
        last = judgeCpu(since, now, await measureProcessors(), limits)
      }
      return last
    },
  })
}

/** Judges what was used between two looks: pure. */
export function judgeCpu(before: CpuUse, after: CpuUse, { count, source }: Processors, limits: Limits): Result {
  const seconds = (after.now - before.now) / 1_000
  const busy = (after.usedMs - before.usedMs) / 1_000 / seconds
  const percent = (busy / count) * 100
  return judgeLevel(
    {
      value: percent,
      unit: '%',
      figures: `${round(busy)} of ${round(count)} processors used over ${formatMs(seconds * 1_000)} (${round(percent)} %), measured against ${source}`,
      advice: 'See what it works on (node --cpu-prof), or give it more processors or more instances.',
      data: { processorsUsed: round(busy), processors: round(count), measuredAgainst: source },
    },
    limits,
  )
}
