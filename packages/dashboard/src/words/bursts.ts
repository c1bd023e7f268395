import type { TargetSummary } from '@hale/contract'

/** What turned bad within so long of the one before it belongs to the same burst, and likely to the same cause. */
const BURST_MS = 5 * 60_000

type Since = Pick<TargetSummary, 'since'>

/**
 * Orders what is wrong so that the news comes first and, within one burst of failures, its first cause: a target that has
 * been broken for days does not hide tonight's outage, and what only follows does not hide what it follows from.
 */
export function newestBurstFirst<T extends Since>(wrong: readonly T[]): readonly T[] {
  const bursts: T[][] = []
  for (const each of wrong.toSorted((a, b) => b.since - a.since)) {
    const burst = bursts.at(-1)
    const later = burst?.[0]
    if (burst !== undefined && later !== undefined && later.since - each.since <= BURST_MS) burst.unshift(each)
    else bursts.push([each])
  }
  return bursts.flat()
}
