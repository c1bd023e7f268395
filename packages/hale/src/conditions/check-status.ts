import type { Condition } from '../core/condition.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { isStatus, STATUSES, type Status } from '../core/status.ts'

/**
 * Holds while another check has one of these statuses, by default `healthy` or `degraded`: there is no use in asking for
 * rows of a database that is down. What is believed of the other check counts; only its first answer is waited for.
 *
 * @throws {HealthSetupError} when a status is none. That the check exists and that checks do not wait for each other in a
 *   circle is seen to where the check is registered.
 */
export function checkIs(name: string, ...statuses: readonly Status[]): Condition {
  const wrong = statuses.filter((status) => !isStatus(status))
  if (wrong.length > 0) {
    throw new HealthSetupError([
      { check: name, field: 'when', message: `${wrong.join(', ')} is none of ${STATUSES.join(', ')}` },
    ])
  }
  const wanted: readonly Status[] = statuses.length === 0 ? ['healthy', 'degraded'] : statuses
  return {
    checks: [name],
    async test(context) {
      const status = await context.status(name)
      const holds = wanted.includes(status)
      return { holds, because: `${name} is ${status}${holds ? '' : `, which is not ${wanted.join(' or ')}`}` }
    },
  }
}
