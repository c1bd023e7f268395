import type { CheckReport } from '../../core/report.ts'
import type { Budget } from '../budget.ts'
import { collectChecks } from './collect.ts'
import { asAmount, asFields, defined, firstText } from './fields.ts'
import type { Body, Reader, Reading } from './reader.ts'
import { readAmountOfTime, readTime } from './times.ts'
import { statusOf } from './whole.ts'

/**
 * AppsFlyer/go-sundheit: an object of checks and nothing beside it. A check failed if it has an `error`; its duration is in
 * nanoseconds. The short form, `{"db":"PASS"}`, is read with the other lists of words.
 *
 * @see https://github.com/AppsFlyer/go-sundheit
 */
export const goSundheitReader: Reader = { name: 'go-sundheit', read }

function read({ json }: Body, budget: Budget): Reading | undefined {
  const entries = Object.entries(asFields(json) ?? {})
  if (entries.length === 0 || !entries.every(([, value]) => isCheck(value))) return undefined
  const checks = collectChecks(entries, budget, readCheck)
  return { certainty: 'certain', report: { status: statusOf(checks, budget), checks } }
}

/** Older versions say `num_failures` for `contiguousFailures`. */
function isCheck(value: unknown): boolean {
  const check = asFields(value)
  const failures = check?.['contiguousFailures'] ?? check?.['num_failures']
  return typeof failures === 'number' && typeof check?.['timestamp'] === 'string'
}

function readCheck(value: unknown): CheckReport | undefined {
  const check = asFields(value)
  if (check === undefined) return undefined
  const { contiguousFailures, duration, error, first_failure_time, message, num_failures, timeOfFirstFailure } = check
  const why = firstText(asFields(error)?.['message'], error)
  const failed = error !== undefined && error !== null
  return defined<CheckReport>({
    // What it says of a check that has not run is an error too.
    status: why === "didn't run yet" ? 'unknown' : failed ? 'unhealthy' : 'healthy',
    message: why ?? firstText(message),
    checkedAt: readTime(check['timestamp']),
    durationMs: readAmountOfTime(duration, 'ns'),
    since: failed ? readTime(timeOfFirstFailure ?? first_failure_time) : undefined,
    consecutiveFailures: asAmount(contiguousFailures ?? num_failures),
  })
}
