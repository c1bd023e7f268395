import type { Code } from '../../core/codes.ts'
import { isStatus, type Status } from '../../core/status.ts'

/**
 * What the words of health documents in the wild mean, in lower case. A word that is not here is `unknown`, never `healthy`.
 * Words for "not serving yet" and "not serving any more" are `unknown`: the document judges nothing.
 */
const WORDS: ReadonlyMap<string, Status> = new Map([
  ...entries('healthy', 'pass ok up healthy success passed working serving true'),
  // Consul; Elasticsearch; Meilisearch and Kibana; InfluxDB and Loki; Kafka Connect; Statuspage; OpenTelemetry's collector.
  ...entries('healthy', 'passing green available ready running operational alive online', 'server available'),
  ...entries('degraded', 'warn warning degraded yellow', 'partially available'),
  ...entries(
    'unhealthy',
    'fail failed error down unhealthy failure unavailable not_serving critical ko out_of_service false red failing errored',
    'server not available',
    'not available',
    'not healthy',
    'not ready',
  ),
  ...entries('unhealthy', 'unreachable offline dead crashed broken not_ready'),
  ...entries('unknown', 'unknown starting stopping stopped shutting_down maintenance maintenance_mode'),
])

function entries(status: Status, words: string, ...phrases: readonly string[]): [string, Status][] {
  return [...words.split(' '), ...phrases].map((word) => [word, status])
}

/** The enum of ASP.NET Core, which old servers send as a number. */
const ASPNET_NUMBERS: readonly Status[] = ['unhealthy', 'degraded', 'healthy']

/** What a status word says, ready to be spread into a report or a check. */
export interface Said {
  readonly status: Status
  readonly code?: Code
  readonly message?: string
}

/** The status that a word means, whatever its case; undefined when it means none. */
export function statusOfWord(word: unknown): Status | undefined {
  if (typeof word === 'boolean') return word ? 'healthy' : 'unhealthy'
  return typeof word === 'string' && word.length <= MAX_WORD ? WORDS.get(word.trim().toLowerCase()) : undefined
}

/** Reads a status word. A word without a meaning is `unknown` and the message quotes it; anything but a word is undefined. */
export function readWord(word: unknown): Said | undefined {
  const status = statusOfWord(word)
  if (status !== undefined) return { status }
  if (typeof word !== 'string') return undefined
  const quoted = JSON.stringify(word.slice(0, MAX_WORD))
  return {
    status: 'unknown',
    code: 'REPORTED_UNKNOWN',
    message: `Its status is ${quoted}, a word without a known meaning.`,
  }
}

/** As {@link readWord}, with Hale's own words meant as Hale means them: `maintenance` and `skipped` are statuses. */
export function readHaleWord(word: unknown): Said | undefined {
  return isStatus(word) ? { status: word } : readWord(word)
}

/** As {@link readWord}, with the numbers of ASP.NET's enum. */
export function readAspnetWord(word: unknown): Said | undefined {
  const status = typeof word === 'number' ? ASPNET_NUMBERS[word] : undefined
  return status === undefined ? readWord(word) : { status }
}

const MAX_WORD = 40
