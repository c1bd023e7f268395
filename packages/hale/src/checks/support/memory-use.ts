import { freemem, totalmem } from 'node:os'
import { figureOf, findControlGroups, readText, readTexts, withAncestors } from './control-groups.ts'

/** Memory in use against the limit at which the kernel steps in. Bytes. */
export interface MemoryUse {
  readonly used: number
  readonly limit: number
  /** Which limit that is, for a person. */
  readonly source: string
}

/**
 * Measures memory as the kernel's out-of-memory killer would: against the tightest limit of this process's control groups
 * (version 2, then 1), else against the machine's memory.
 *
 * In a control group that is the working set, use without the page cache that can be dropped, as the kubelet has it:
 * https://kubernetes.io/docs/reference/instrumentation/node-metrics/. On the machine it is what is not `MemAvailable`.
 *
 * @param root where `/proc` and `/sys` are.
 */
export async function measureMemory(root = '/'): Promise<MemoryUse> {
  const machine = await measureMachine(root)
  const { v1, v2 } = await findControlGroups(root, 'memory')
  const candidates = [
    ...(await Promise.all(withAncestors(v2).map((path) => measureV2(root, path)))),
    ...(await Promise.all(withAncestors(v1).map((path) => measureV1(root, path)))),
  ]
  return candidates
    .filter((each) => each !== undefined)
    .filter((each) => each.limit > 0 && each.limit < machine.limit)
    .reduce((tightest, each) => (share(each) > share(tightest) ? each : tightest), machine)
}

function share({ used, limit }: MemoryUse): number {
  return limit > 0 ? used / limit : 0
}

async function measureV2(root: string, group: string): Promise<MemoryUse | undefined> {
  const [max, current, stat] = await readTexts(root, `sys/fs/cgroup${group}`, [
    'memory.max',
    'memory.current',
    'memory.stat',
  ])
  return workingSet(max, current, figure(stat, 'inactive_file'), `the limit of control group ${group} (memory.max)`)
}

async function measureV1(root: string, group: string): Promise<MemoryUse | undefined> {
  const names = ['memory.limit_in_bytes', 'memory.usage_in_bytes', 'memory.stat']
  const [max, current, stat] = await readTexts(root, `sys/fs/cgroup/memory${group}`, names)
  return workingSet(
    max,
    current,
    figure(stat, 'total_inactive_file'),
    `the limit of control group ${group} (memory.limit_in_bytes)`,
  )
}

function workingSet(
  max: string | undefined,
  current: string | undefined,
  cache: number,
  source: string,
): MemoryUse | undefined {
  const [limit, usage] = [Number(max), Number(current)]
  // "max" and a missing file are no number: no limit here.
  if (!Number.isFinite(limit) || !Number.isFinite(usage)) return undefined
  return { used: Math.max(0, usage - cache), limit, source }
}

async function measureMachine(root: string): Promise<MemoryUse> {
  const info = (await readText(root, 'proc/meminfo'))?.replaceAll(':', '')
  const limit = figure(info, 'MemTotal') * 1_024 || totalmem()
  const available = figure(info, 'MemAvailable') * 1_024 || freemem()
  return { used: limit - available, limit, source: "the machine's memory" }
}

function figure(text: string | undefined, name: string): number {
  return figureOf(text, name) ?? 0
}
