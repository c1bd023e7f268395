import type { CheckReport, Report } from '../core/report.ts'
import type { Status } from '../core/status.ts'
import type { Format } from './format.ts'
import { toPlain } from './plain.ts'

/** What each status is called in Spring's words; `DEGRADED` is one of one's own, which Spring allows. */
export const SPRING_WORDS: Readonly<Record<Status, string>> = {
  healthy: 'UP',
  skipped: 'UP',
  degraded: 'DEGRADED',
  unhealthy: 'DOWN',
  unknown: 'UNKNOWN',
  maintenance: 'OUT_OF_SERVICE',
}

/**
 * Spring Boot Actuator's `/actuator/health`, version 3: checks that nest are `components` of `components`. The extra key
 * `haleStatus` says `maintenance` and `skipped`, which Spring has no word for; what else Hale believes of a check is left out.
 *
 * The `groups` are served below the aggregate, as Spring does: `/liveness` and `/readiness`.
 *
 * @see https://docs.spring.io/spring-boot/reference/actuator/endpoints.html#actuator.endpoints.health
 */
export const springBootFormat: Format = {
  name: 'spring-boot',
  contentTypes: ['application/vnd.spring-boot.actuator.v3+json'],
  write: (report, { detail, selection }) =>
    JSON.stringify({
      ...toStatus(report.status),
      components: detail ? toComponents(report.checks) : undefined,
      groups: selection === 'all' ? ['liveness', 'readiness'] : undefined,
    }),
}

function toStatus(status: Status): object {
  const named = status !== 'maintenance' && status !== 'skipped'
  return { status: SPRING_WORDS[status], haleStatus: named ? undefined : status }
}

function toComponents(checks: Report['checks']): object {
  return Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, toComponent(check)]))
}

/** Spring's composites have no details of their own, but nothing keeps a client from reading some. */
function toComponent(check: CheckReport): object {
  const { checks, code, data, message, observed, status } = check
  const details = {
    ...(data && toPlain(data)),
    observedValue: observed?.value,
    observedUnit: observed?.unit,
    code,
    ...(status === 'unhealthy' ? { error: message } : { message }),
  }
  const said = Object.values(details).some((detail) => detail !== undefined)
  return {
    ...toStatus(status),
    components: checks && toComponents(checks),
    details: said ? details : undefined,
  }
}
