import type { Budget } from '../budget.ts'
import { aggregate } from '../../core/aggregate.ts'
import type { CheckReport } from '../../core/report.ts'
import { worse, type Status } from '../../core/status.ts'

/**
 * The status of a document that has none of its own: what its checks make of it, each by its impact. Where not all of them
 * were read, those that were cannot make it healthy.
 */
export function statusOf(checks: Readonly<Record<string, CheckReport>>, { left, isCut = false }: Budget): Status {
  const status = aggregate(Object.values(checks).map(({ status, impact = 'fails' }) => ({ status, impact })))
  return left < 0 || isCut ? worse(status, 'unknown') : status
}
