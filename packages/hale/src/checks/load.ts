import { availableParallelism, loadavg } from 'node:os'
import { defineCheck, type LocalCheck } from '../core/check.ts'
import { unknown, type Result } from '../core/result.ts'
import { oneOf, type Rules } from '../core/rules.ts'
import { round } from './support/amount.ts'
import { LEVEL, limitRules } from './support/limit-rules.ts'
import { judgeLevel, type Limits } from './support/limits.ts'
import { refuseMisuse } from './support/misuse.ts'

export interface LoadOptions {
  /** Degraded when the load per processor is above this. Default 2: as many wait as run. */
  readonly degraded?: number
  /** Unhealthy when it is above this. Default: no limit, for taking an instance away makes the others busier. */
  readonly unhealthy?: number
  /** Over how many of the last minutes it is an average: 1, 5 or 15. Default 5. */
  readonly minutes?: 1 | 5 | 15
}

const MINUTES = [1, 5, 15] as const

const DEFAULTS = { degraded: 2 }

const RULES: Rules<LoadOptions> = {
  ...limitRules('degraded', 'unhealthy', LEVEL, DEFAULTS),
  minutes: oneOf(...MINUTES),
}

/**
 * The machine's load: how many tasks run or wait to, on average, per processor that this process may use. On Linux those
 * count too that wait for a disk. It is the whole machine's, in a container as well; Windows has none, and there it is
 * `unknown`. Costs one call of the system per run.
 *
 * Observed: the load per processor.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function load(options: LoadOptions = {}): LocalCheck {
  refuseMisuse('load', options, RULES)
  const { degraded = DEFAULTS.degraded, minutes = 5, unhealthy } = options
  const limits = { degraded, unhealthy }
  return defineCheck({
    kind: 'load',
    scope: 'local',
    run() {
      if (process.platform === 'win32')
        return unknown('NOT_AVAILABLE', 'Windows has no load average. Use the check cpu there.')
      const sum = loadavg()[MINUTES.indexOf(minutes)] ?? 0
      return judgeLoad(sum, availableParallelism(), minutes, limits)
    },
  })
}

/** Judges a load average: pure. */
export function judgeLoad(sum: number, processors: number, minutes: number, limits: Limits): Result {
  const each = sum / processors
  return judgeLevel(
    {
      value: each,
      unit: 'per processor',
      figures: `The load was ${round(sum)} over ${minutes} min on ${processors} processors (${round(each)} each)`,
      advice: 'See what else runs on this machine, or whether it waits for a disk.',
      data: { load: round(sum), processors },
    },
    limits,
  )
}
