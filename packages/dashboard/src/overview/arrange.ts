import type { ApiStatus, TargetSummary } from '@hale/contract'
import { newestBurstFirst } from '../words/bursts.ts'
import { needsAttention, rank, STATUSES } from '../words/status.ts'
import { compareNames } from '../words/names.ts'

export type SortBy = 'worst' | 'name' | 'slowest'
export type GroupBy = 'group' | 'none'

export interface Arrangement {
  readonly text: string
  readonly status: ApiStatus | undefined
  readonly sortBy: SortBy
  readonly groupBy: GroupBy
}

/** Targets under one heading. */
export interface Section {
  readonly key: string
  readonly title: string
  readonly attention: boolean
  readonly targets: readonly TargetSummary[]
  /** How many more of this group stand under "Needs attention". */
  readonly elsewhere: number
}

const byName = (a: TargetSummary, b: TargetSummary): number => compareNames(a.name, b.name)

const ORDERS: Readonly<Record<SortBy, (a: TargetSummary, b: TargetSummary) => number>> = {
  worst: (a, b) => rank(a.status) - rank(b.status) || byName(a, b),
  name: byName,
  slowest: (a, b) => (b.durationMs ?? -1) - (a.durationMs ?? -1) || byName(a, b),
}

/**
 * Filters, sorts and groups. What needs attention comes first and only once, under a heading of its own; the rest follows
 * by group, groups by name, targets without one last. Sorted by name or slowness everything stays in its group.
 */
export function arrange(targets: readonly TargetSummary[], arrangement: Arrangement): readonly Section[] {
  const wanted = targets.filter(matcher(arrangement)).toSorted(ORDERS[arrangement.sortBy])
  const lift = arrangement.sortBy === 'worst'
  const attention = lift ? worstNewsFirst(wanted.filter((target) => needsAttention(target))) : []
  const rest = lift ? wanted.filter((target) => !needsAttention(target)) : wanted
  const groups = arrangement.groupBy === 'group' ? byGroup(rest) : new Map([['', rest]])
  const elsewhere = (group: string): number => attention.filter((target) => (target.group ?? '') === group).length
  return [
    ...(attention.length === 0 ? [] : [section('attention', 'Needs attention', attention, true, 0)]),
    ...[...groups]
      .filter(([, members]) => members.length > 0)
      .toSorted(([a], [b]) => Number(a === '') - Number(b === '') || compareNames(a, b))
      .map(([group, members]) =>
        section(`group ${group}`, titleOf(group, groups.size), members, false, elsewhere(group)),
      ),
  ]
}

/** Whether a target fits the filter: every word of it somewhere in the name, group, tags, status, reason or address. */
export function matcher({ text, status }: Pick<Arrangement, 'text' | 'status'>): (target: TargetSummary) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return (target) => {
    if (status !== undefined && target.status !== status) return false
    if (words.length === 0) return true
    const { name, id, group, tags, address, message, code } = target
    const all = [name, id, group, ...tags, target.status, address, message, code].join('\n').toLowerCase()
    return words.every((word) => all.includes(word))
  }
}

/** How many targets have each status, worst first, without those that none has. */
export function countByStatus(targets: readonly TargetSummary[]): readonly (readonly [ApiStatus, number])[] {
  const counts = new Map<ApiStatus, number>()
  for (const { status } of targets) counts.set(status, (counts.get(status) ?? 0) + 1)
  return [...counts].toSorted(([a], [b]) => rank(a) - rank(b))
}

function worstNewsFirst(wrong: readonly TargetSummary[]): readonly TargetSummary[] {
  return STATUSES.flatMap((status) => newestBurstFirst(wrong.filter((target) => target.status === status)))
}

function byGroup(targets: readonly TargetSummary[]): Map<string, readonly TargetSummary[]> {
  return Map.groupBy(targets, (target) => target.group ?? '')
}

function titleOf(group: string, groups: number): string {
  if (group !== '') return group
  return groups > 1 ? 'Without a group' : 'Targets'
}

function section(
  key: string,
  title: string,
  targets: readonly TargetSummary[],
  attention: boolean,
  elsewhere: number,
): Section {
  return { key, title, attention, targets, elsewhere }
}
