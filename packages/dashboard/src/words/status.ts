import type { ApiStatus, TargetSummary } from '@hale/contract'

/** Worst first. Unknown stands before degraded: it may be anything. */
export const STATUSES: readonly ApiStatus[] = ['unhealthy', 'unknown', 'degraded', 'maintenance', 'healthy', 'skipped']

/** Place in the order worst first, from 0. */
export function rank(status: ApiStatus): number {
  return STATUSES.indexOf(status)
}

type Judged = Pick<TargetSummary, 'status' | 'code'>

/** Whether nobody has asked it yet: unknown, but no trouble. */
export function isPending({ status, code }: Judged): boolean {
  return status === 'unknown' && code === 'PENDING'
}

/** Whether a person should look: something is wrong, or nobody can say. */
export function needsAttention(judged: Judged): boolean {
  return rank(judged.status) <= rank('degraded') && !isPending(judged)
}

/** The worst status among targets; unknown when there are none. Those not asked yet count only when no other is there. */
export function worstOf(targets: readonly Judged[]): ApiStatus {
  const asked = targets.filter((target) => !isPending(target))
  return asked.reduce<ApiStatus>(
    (worst, { status }) => (rank(status) < rank(worst) ? status : worst),
    asked.length === 0 ? 'unknown' : 'skipped',
  )
}
