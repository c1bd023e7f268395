import { defineCheck, type CheckContext, type DependencyCheck } from '../core/check.ts'
import type { Health } from '../core/health.ts'
import type { Report } from '../core/report.ts'
import { unhealthy, type Result } from '../core/result.ts'
import { isFunction } from '../core/rules.ts'
import { severity } from '../core/status.ts'
import { howMany } from './support/how-many.ts'
import { inTime, within } from './support/in-time.ts'
import { refuseMisuse } from './support/misuse.ts'

/**
 * Another `Health` as one check, its own checks nested in the report: a module with checks of its own, a tenant, a worker.
 * Whoever created the child closes it. Costs nothing beyond the child's own checks: it reads their states per run, and waits
 * for their first answers only.
 *
 * Observed: nothing; the parts stand below it.
 *
 * Codes: besides, what the child says of itself, such as `SHUTTING_DOWN`.
 *
 * @throws {HealthSetupError} when it is no health.
 */
export function child(health: Health): DependencyCheck {
  refuseMisuse('child', {}, {}, { health: !isFunction(Object(health).report) && 'must be a Health, of createHealth' })
  return defineCheck({ kind: 'child', run: (context) => inTime(context, ask(health), () => late(context)) })
}

async function ask(health: Health): Promise<Result> {
  const report = await health.report()
  const { checks, status } = report
  const code = codeOf(report)
  return { status, ...(code === undefined ? {} : { code }), message: describe(report), checks }
}

function codeOf({ code, status }: Report): string | undefined {
  if (code !== undefined || severity(status) === 0) return code
  if (status === 'unhealthy') return 'COMPONENT_UNHEALTHY'
  return status === 'unknown' ? 'REPORTED_UNKNOWN' : 'REPORTED_DEGRADED'
}

/** Checks that a message names at most. */
const MOST_NAMED = 3

function describe({ checks, message }: Report): string {
  const wrong = Object.entries(checks).filter(([, { status }]) => severity(status) > 0)
  if (message !== undefined) return message
  const count = Object.keys(checks).length
  if (wrong.length === 0) return count === 1 ? 'Its one check is well.' : `All ${count} checks are well.`
  const named = wrong.slice(0, MOST_NAMED).map(([name, { status }]) => `${name} is ${status}`)
  const rest = wrong.length > named.length ? ` and ${wrong.length - named.length} more` : ''
  return `${wrong.length} of ${howMany(count, 'checks')}: ${named.join(', ')}${rest}. See there.`
}

function late(context: CheckContext): Result {
  return unhealthy('TIMEOUT', `No answer from its checks ${within(context)}. See which of them hangs.`)
}
