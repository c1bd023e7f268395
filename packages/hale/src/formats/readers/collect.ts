import type { CheckReport } from '../../core/report.ts'
import type { Budget } from '../budget.ts'
import { cleanName } from './fields.ts'
import { createNamer } from '../flatten.ts'

/**
 * Reads the checks of one level of a document, within the budget, names cleaned and made unique.
 * What `read` gives undefined for is no check and is left out.
 */
export function collectChecks<T>(
  entries: Iterable<readonly [name: unknown, value: T]>,
  budget: Budget,
  read: (value: T) => CheckReport | undefined,
): Record<string, CheckReport> {
  const checks: [name: string, check: CheckReport][] = []
  const unique = createNamer()
  for (const [name, value] of entries) {
    if (--budget.left < 0) break
    const check = read(value)
    if (check !== undefined) checks.push([unique(cleanName(name)), check])
  }
  // `fromEntries` defines own keys, `__proto__` among them; an assignment would call the setter.
  return Object.fromEntries(checks)
}
