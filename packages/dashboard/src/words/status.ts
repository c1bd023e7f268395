import type { ApiStatus } from '@hale/contract'

/** Worst first. Unknown stands before degraded: it may be anything. */
export const STATUSES: readonly ApiStatus[] = ['unhealthy', 'unknown', 'degraded', 'maintenance', 'healthy', 'skipped']

/** Place in the order worst first, from 0. */
export function rank(status: ApiStatus): number {
  return STATUSES.indexOf(status)
}

/** Whether a person should look: something is wrong, or nobody can say. */
export function needsAttention(status: ApiStatus): boolean {
  return rank(status) <= rank('degraded')
}
