import { defineCheck, type LocalCheck } from '../core/check.ts'
import { formatMs } from '../core/figures.ts'
import { healthy, type Result } from '../core/result.ts'
import type { Rules } from '../core/rules.ts'
import { round } from './support/amount.ts'
import { figureOf, findControlGroups, readTexts, withAncestors } from './support/control-groups.ts'
import { limitRules, SHARE } from './support/limit-rules.ts'
import { judgeLevel, readShares, type Limits, type Share } from './support/limits.ts'
import { refuseMisuse } from './support/misuse.ts'

export interface CpuThrottlingOptions {
  /** Degraded when the process was held up in more than this share of the periods. Default `25%`. */
  readonly degraded?: Share
  /** Unhealthy when it was held up in more. Default: no limit. */
  readonly unhealthy?: Share
}

const DEFAULTS = { degraded: '25%' }

const RULES: Rules<CpuThrottlingOptions> = limitRules('degraded', 'unhealthy', SHARE, DEFAULTS)

/**
 * How often the kernel held this process up because its control group (version 2 or 1) had used its quota of processor
 * time, from one run of the check to the next. A throttled process stands still for up to a tenth of a second at a time
 * while its processor use looks harmless. Without a quota it is healthy. Costs a few small reads under `/proc` and `/sys`
 * per run.
 *
 * Observed: share of the quota's periods in which it was held up, in %, of the group with the most.
 *
 * @param root where `/proc` and `/sys` are.
 * @throws {HealthSetupError} when the options cannot work.
 */
export function cpuThrottling(options: CpuThrottlingOptions = {}, root = '/'): LocalCheck {
  refuseMisuse('cpu-throttling', options, RULES)
  const limits = readShares(options, DEFAULTS)
  let before: readonly Throttled[] | undefined
  let last = healthy('Measuring starts now; the next run has the first figure.')
  return defineCheck({
    kind: 'cpu-throttling',
    scope: 'local',
    async run() {
      const now = await measureThrottling(root)
      const judged = judgeThrottling(before ?? now, now, limits)
      before = now
      if (now.length === 0) return NO_QUOTA
      // Undefined for the first time, and when it is asked again within one period of the quota.
      if (judged !== undefined) last = judged
      return last
    },
  })
}

const NO_QUOTA = healthy('No control group of this process has a quota of processor time.')

/** Counters of one control group since it was made. */
export interface Throttled {
  readonly group: string
  readonly periods: number
  readonly throttled: number
  readonly throttledMs: number
}

/**
 * Reads the counters of this process's groups that have a quota.
 *
 * @param root where `/proc` and `/sys` are.
 */
export async function measureThrottling(root = '/'): Promise<readonly Throttled[]> {
  const { v1, v2 } = await findControlGroups(root, 'cpu')
  const counters = await Promise.all([
    ...withAncestors(v2).map((group) => readCounters(root, 'sys/fs/cgroup', group, 'cpu.max')),
    ...withAncestors(v1).map((group) => readCounters(root, 'sys/fs/cgroup/cpu', group, 'cpu.cfs_quota_us')),
  ])
  return counters.filter((each) => each !== undefined)
}

async function readCounters(
  root: string,
  folder: string,
  group: string,
  quotaFile: string,
): Promise<Throttled | undefined> {
  const [quota, stat] = await readTexts(root, `${folder}${group}`, [quotaFile, 'cpu.stat'])
  if (!/^\d/.test(quota ?? '')) return undefined // "max" and -1 are no quota
  return {
    group,
    periods: figureOf(stat, 'nr_periods') ?? 0,
    throttled: figureOf(stat, 'nr_throttled') ?? 0,
    // Microseconds in version 2, nanoseconds in version 1.
    throttledMs: (figureOf(stat, 'throttled_usec') ?? 0) / 1e3 + (figureOf(stat, 'throttled_time') ?? 0) / 1e6,
  }
}

/** Judges what happened between two looks: pure. Undefined when no period of a quota went by. */
export function judgeThrottling(
  before: readonly Throttled[],
  after: readonly Throttled[],
  limits: Limits,
): Result | undefined {
  const worst = after
    .map((now) => {
      const then = before.find(({ group }) => group === now.group) ?? now
      const [periods, throttled] = [now.periods - then.periods, now.throttled - then.throttled]
      return { ...now, periods, throttled, throttledMs: now.throttledMs - then.throttledMs }
    })
    .filter(({ periods }) => periods > 0)
    .toSorted((a, b) => b.throttled / b.periods - a.throttled / a.periods)[0]
  if (worst === undefined) return undefined
  const { group, periods, throttled, throttledMs } = worst
  const percent = (throttled / periods) * 100
  return judgeLevel(
    {
      value: percent,
      unit: '%',
      figures: `Control group ${group} was held up in ${throttled} of ${periods} periods (${round(percent)} %), ${formatMs(throttledMs)} in all`,
      advice: 'Raise its limit of processor time, or spread the work.',
      data: { periods, throttledPeriods: throttled, throttledMs: round(throttledMs), group },
    },
    limits,
  )
}
