import type { CheckReport } from '../core/report.ts'
import type { Status } from '../core/status.ts'
import { flattenChecks } from './flatten.ts'
import type { Format } from './format.ts'

/** What each status is called in MicroProfile's words: what gets traffic is `UP`. */
export const MICROPROFILE_WORDS: Readonly<Record<Status, 'UP' | 'DOWN'>> = {
  healthy: 'UP',
  degraded: 'UP',
  skipped: 'UP',
  unhealthy: 'DOWN',
  unknown: 'DOWN',
  maintenance: 'DOWN',
}

/**
 * MicroProfile Health 4: `{status, checks}` and nothing else, with values of `data` that are text, numbers or booleans.
 * What a check says goes into its `data`, with `haleStatus` where `UP` and `DOWN` do not tell. Checks that nest are written
 * side by side, their names joined by `/`.
 *
 * @see https://download.eclipse.org/microprofile/microprofile-health-4.0/microprofile-health-spec-4.0.html
 */
export const microprofileFormat: Format = {
  name: 'microprofile',
  contentTypes: ['application/json'],
  write: (report, { detail }) =>
    JSON.stringify({
      status: MICROPROFILE_WORDS[report.status],
      checks: detail ? flattenChecks(report).map(({ name, check }) => toCheck(name, check)) : [],
    }),
}

function toCheck(name: string, { code, data, message, observed, status }: CheckReport): object {
  const told = {
    ...data,
    observedValue: observed?.value,
    observedUnit: observed?.unit,
    code,
    ...(status === 'healthy' ? { message } : { reason: message }),
    haleStatus: status === 'healthy' || status === 'unhealthy' ? undefined : status,
  }
  const plain = Object.entries(told).filter(([, value]) => isPlain(value))
  return {
    name,
    status: MICROPROFILE_WORDS[status],
    data: plain.length === 0 ? undefined : Object.fromEntries(plain),
  }
}

function isPlain(value: unknown): boolean {
  return (
    typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  )
}
