import { aggregate } from '../../core/aggregate.ts'
import type { CheckReport } from '../../core/report.ts'
import type { Status } from '../../core/status.ts'

/** The status of a document that has none of its own: what its checks make of it, each by its impact. */
export function statusOf(checks: Readonly<Record<string, CheckReport>>): Status {
  return aggregate(Object.values(checks).map(({ status, impact = 'fails' }) => ({ status, impact })))
}
