import { parseDuration } from '../../core/duration.ts'
import { isReadableUrl, UNREADABLE_URL } from '../../core/readable-url.ts'
import {
  isFunction,
  isText,
  isWhole,
  loggerRule,
  optional,
  refuseOptions,
  type Rule,
  type Rules,
} from '../../core/rules.ts'
import type { PushOptions } from './push-exporter.ts'

export const PUSH_RULES: Rules<PushOptions> = {
  every: optional("a duration of 1s or more, such as '10s'", (every) => Number(parseDuration(every)) >= 1_000),
  timeout: optional("a duration of 100ms or more, such as '5s'", (timeout) => Number(parseDuration(timeout)) >= 100),
  capacity: optional('a whole number, 10 or more', (items) => isWhole(items, 10)),
  logger: loggerRule,
  random: optional('a function', isFunction),
}

/** @throws {HealthSetupError} naming everything that is wrong, when anything is. */
export function refuseMisuse<Options>(name: string, options: Options, rules: Rules<Options>): void {
  refuseOptions(options, rules, `hale/exporters/${name}, `)
}

export interface ReadPushOptions {
  readonly everyMs: number
  readonly capacity: number | undefined
  readonly timeoutMs: number
}

/** Fills in the defaults. What cannot work was refused before. */
export function readOptions({ capacity, every = '10s', timeout = '5s' }: PushOptions): ReadPushOptions {
  return { capacity, everyMs: parseDuration(every) ?? 0, timeoutMs: parseDuration(timeout) ?? 0 }
}

/** The base of the addresses to send to. */
export function endpointRule(endpoint: unknown): string | false {
  if (endpoint === undefined) return false
  const url = isText(endpoint) || endpoint instanceof URL ? String(endpoint) : ''
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    return 'must be a URL that begins with http:// or https://'
  if (!isReadableUrl(url)) return UNREADABLE_URL
  // A path is put behind it. Not shown: it may hold a key.
  return /[?#]/.test(url) && 'must be a URL without "?" and "#": the path of each API is put behind it'
}

/** A key, which goes into a header. */
export function keyRule(whereToGetIt: string): Rule {
  return (key) => !(isText(key) && /^[\x21-\x7e]{1,256}$/.test(key)) && `is not a key: ${whereToGetIt}`
}
