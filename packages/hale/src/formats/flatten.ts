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
  const flat: FlatCheck[] = []
  const unique = createNamer()
  const visit = (checks: Readonly<Record<string, CheckReport>>, prefix: string, depth: number): void => {
    for (const [key, check] of Object.entries(checks)) {
      if (flat.length >= MAX_CHECKS) return
      const name = unique(prefix + key)
      flat.push({ name, check })
      if (check.checks !== undefined && depth < MAX_DEPTH) visit(check.checks, `${name}/`, depth + 1)
    }
  }
  visit(report.checks, '', 1)
  return flat
}

/** Makes names unique: `name`, then `name (2)`, `name (3)` … */
export function createNamer(): (name: string) => string {
  // How often each name was asked for, so that a thousand equal names cost a thousand steps.
  const taken = new Map<string, number>()
  return (name) => {
    let n = taken.get(name) ?? 0
    let unique = name
    while (taken.has(unique)) unique = `${name} (${++n})`
    taken.set(name, Math.max(n, 1))
    if (unique !== name) taken.set(unique, 1)
    return unique
  }
}
