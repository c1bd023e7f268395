import { parseDuration } from '../../core/duration.ts'
import { HealthSetupError } from '../../core/misuse.ts'
import type { PushOptions } from './push-exporter.ts'

/** What is wrong with each field; false or undefined where nothing is. */
export type Problems = Readonly<Record<string, string | false | undefined>>

/** @throws {HealthSetupError} naming everything that is wrong, when anything is. */
export function refuseProblems(name: string, problems: Problems): void {
  const found = Object.entries(problems).flatMap(([field, message]) =>
    typeof message === 'string' ? [{ field: `hale/exporters/${name}, ${field}`, message }] : [],
  )
  if (found.length > 0) throw new HealthSetupError(found)
}

export interface ReadPushOptions {
  readonly everyMs: number
  readonly capacity: number | undefined
  readonly timeoutMs: number
}

/** Fills in the defaults. @throws {HealthSetupError} naming everything that is wrong, when anything is. */
export function readOptions(name: string, options: PushOptions, problems: Problems): ReadPushOptions {
  const { capacity, every = '10s', timeout = '5s' } = options
  const everyMs = parseDuration(every) ?? 0
  const timeoutMs = parseDuration(timeout) ?? 0
  refuseProblems(name, {
    ...problems,
    every: !(everyMs >= 1_000) && `${JSON.stringify(every)} is not a duration of 1s or more, such as '10s'`,
    timeout: !(timeoutMs >= 100) && `${JSON.stringify(timeout)} is not a duration of 100ms or more, such as '5s'`,
    capacity:
      capacity !== undefined &&
      !(Number.isInteger(capacity) && capacity >= 10) &&
      `${capacity} is not a whole number, 10 or more`,
  })
  return { capacity, everyMs, timeoutMs }
}

/** What is wrong with the base of the addresses to send to. */
export function endpointProblem(endpoint: string | URL | undefined): string | false {
  if (endpoint === undefined) return false
  if (!URL.canParse(String(endpoint)) || !/^https?:$/.test(new URL(endpoint).protocol))
    return 'must be a URL that begins with http:// or https://'
  // A path is put behind it. Not shown: it may hold a key.
  return /[?#]/.test(String(endpoint)) && 'must be a URL without "?" and "#": the path of each API is put behind it'
}

/** What is wrong with a key: it goes into a header. */
export function keyProblem(key: string, whereToGetIt: string): string | false {
  return !/^[\x21-\x7e]{1,256}$/.test(key) && `is not a key: ${whereToGetIt}`
}
