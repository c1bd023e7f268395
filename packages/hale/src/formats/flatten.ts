import type { CheckReport, Report } from '../core/report.ts'
import { MAX_CHECKS, MAX_DEPTH } from './budget.ts'

/** One check of a report, with the names of all that it lies in. */
export interface FlatCheck {
  /** Names from the outside in, joined by `/`. Unique within one report. */
  readonly name: string
  readonly check: CheckReport
}

/** Every check of a report, parents before their children, in the document's order; at most 1,000. */
export function flattenChecks(report: Pick<Report, 'checks'>): FlatCheck[] {
  const flat = new Map<string, CheckReport>()
  const visit = (checks: Readonly<Record<string, CheckReport>>, prefix: string, depth: number): void => {
    for (const [key, check] of Object.entries(checks)) {
      if (flat.size >= MAX_CHECKS) return
      const name = uniqueName(flat, prefix + key)
      flat.set(name, check)
      if (check.checks !== undefined && depth < MAX_DEPTH) visit(check.checks, `${name}/`, depth + 1)
    }
  }
  visit(report.checks, '', 1)
  return Array.from(flat, ([name, check]) => ({ name, check }))
}

/** `name`, or `name (2)`, `name (3)` … when it is taken already. */
export function uniqueName(taken: ReadonlyMap<string, unknown>, name: string): string {
  if (!taken.has(name)) return name
  let n = 2
  while (taken.has(`${name} (${n})`)) n++
  return `${name} (${n})`
}
