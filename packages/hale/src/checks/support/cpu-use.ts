import { availableParallelism } from 'node:os'
import { findControlGroups, readTexts, withAncestors } from './control-groups.ts'

/** How much this process has used up to now. */
export interface CpuUse {
  /** Milliseconds since the process began. */
  readonly now: number
  /** Milliseconds of processor time used in them, by all threads. */
  readonly usedMs: number
}

/** What the system says of this process. */
export function readCpuUse(): CpuUse {
  const { system, user } = process.cpuUsage()
  return { now: process.uptime() * 1_000, usedMs: (system + user) / 1_000 }
}

/** Processors that this process may use at once, and what says so. */
export interface Processors {
  readonly count: number
  readonly source: string
}

/**
 * The tightest quota of the control groups (`cpu.max` in version 2, `cpu.cfs_quota_us` in version 1), else the processors
 * that the system gives it.
 *
 * @param root where `/proc` and `/sys` are.
 */
export async function measureProcessors(root = '/'): Promise<Processors> {
  const groups = await findControlGroups(root, 'cpu')
  const quotas = await Promise.all([
    ...withAncestors(groups.v2).map((group) => quotaV2(root, group)),
    ...withAncestors(groups.v1).map((group) => quotaV1(root, group)),
  ])
  const all: Processors = { count: availableParallelism(), source: 'the processors of this machine' }
  return quotas
    .filter((each) => each !== undefined)
    .reduce((least, each) => (each.count < least.count ? each : least), all)
}

async function quotaV2(root: string, group: string): Promise<Processors | undefined> {
  const [max] = await readTexts(root, `sys/fs/cgroup${group}`, ['cpu.max'])
  const [quota, period] = (max ?? '').trim().split(' ')
  return toProcessors(quota, period, `control group ${group} (cpu.max)`)
}

async function quotaV1(root: string, group: string): Promise<Processors | undefined> {
  const names = ['cpu.cfs_quota_us', 'cpu.cfs_period_us']
  const [quota, period] = await readTexts(root, `sys/fs/cgroup/cpu${group}`, names)
  return toProcessors(quota, period, `control group ${group} (cpu.cfs_quota_us)`)
}

/** "max", -1 and a missing file are no quota. */
function toProcessors(quota: string | undefined, period: string | undefined, source: string): Processors | undefined {
  const count = Number(quota) / Number(period)
  return Number.isFinite(count) && count > 0 ? { count, source } : undefined
}
