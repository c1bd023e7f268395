import type { DependencyCheck } from '../core/check.ts'
import type { Finding } from '../core/error-sentences.ts'
import { unhealthy, type Result } from '../core/result.ts'
import { textRule, type Rules } from '../core/rules.ts'
import { clientCheck, sourceProblem, urlOf } from './support/client-check.ts'
import {
  HttpRefusal,
  codeOfStatus,
  jsonOf,
  keepHttpClient,
  HTTP_ACCESS,
  type HttpAccess,
  type HttpClient,
} from './support/http-client.ts'
import { reshape, type KeptClient } from './support/kept-client.ts'
import { placeOfClient } from './support/client-place.ts'
import { refuseMisuse } from './support/misuse.ts'
import { placeOfUrl } from './support/peer.ts'
import { asksForLag, judgeLag, LAG_LIMITS, type LagLimits } from './support/replica-lag.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './support/response-time.ts'
import { numberOf, rowsOf, type Row } from './support/rows.ts'
import { worstOf } from './support/worst-of.ts'

/** What a client must have: that of `@clickhouse/client`. */
export interface ClickhouseClient {
  query(params: { query: string; format: 'JSONEachRow' }): Promise<{ json(): Promise<unknown> }>
}

export interface ClickhouseOptions extends TimeLimits, LagLimits, HttpAccess {
  /** How messages call the server. Default: host and port where the URL or the client tells them, else `ClickHouse`. */
  readonly where?: string
}

const RULES: Rules<ClickhouseOptions> = { where: textRule, ...TIME_LIMITS, ...LAG_LIMITS, ...HTTP_ACCESS }

/**
 * Asks ClickHouse `SELECT 1` through the app's own client, or over its HTTP interface by URL: `https://user:password@host:8443`.
 * Unlike its `/ping` that proves the credentials too. Costs one query per run, one of `system.replicas` more when a limit of
 * the lag is set, never more than one at a time.
 *
 * Observed: time of the query in ms; the lag, when it is beyond its limit. Data: lag.
 *
 * Codes: `READ_ONLY` when a replicated table has lost its keeper; `PROTOCOL_ERROR` when something else answers.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function clickhouse(source: ClickhouseClient | string | URL, options: ClickhouseOptions = {}): DependencyCheck {
  refuseMisuse('clickhouse', options, RULES, { source: sourceProblem(source, ['http', 'https'], ['query']) })
  const url = urlOf(source)
  const place = options.where ?? (url === undefined ? placeOfClient(source) : placeOfUrl(url)) ?? 'ClickHouse'

  return clientCheck<ClickhouseClient>({
    kind: 'clickhouse',
    through: url === undefined ? { client: source as ClickhouseClient } : { kept: overHttp(new URL(url), options) },
    place,
    question: 'SELECT 1',
    codes: codeOfClickhouse,
    async ask(client, { clock }) {
      const startedAt = clock.now()
      const [row] = await rows(client, 'SELECT 1 AS one')
      if (numberOf(row, 'one') !== 1) {
        const message = `${place} did not answer SELECT 1 with 1. See whether ClickHouse listens there.`
        return unhealthy('PROTOCOL_ERROR', message)
      }
      return worstOf(
        judgeTime(clock.now() - startedAt, options, `SELECT 1 at ${place}`),
        asksForLag(options) ? await replication(client, options, place) : undefined,
      )
    },
  })
}

async function rows(client: ClickhouseClient, query: string): Promise<readonly Row[]> {
  return rowsOf(await (await client.query({ query, format: 'JSONEachRow' })).json())
}

/** https://clickhouse.com/docs/operations/system-tables/replicas: `absolute_delay` is in seconds, of each replicated table. */
async function replication(client: ClickhouseClient, options: LagLimits, place: string): Promise<Result> {
  const [row] = await rows(
    client,
    'SELECT max(absolute_delay) AS lag, max(is_readonly) AS readonly FROM system.replicas',
  )
  if (numberOf(row, 'readonly') === 1) {
    const message = `A replicated table at ${place} is read-only. See whether Keeper (or ZooKeeper) can be reached, and system.replicas.`
    return unhealthy('READ_ONLY', message)
  }
  return judgeLag((numberOf(row, 'lag') ?? 0) * 1_000, options, `A replicated table at ${place}`)
}

/** https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/Findings.cpp; the client has them in `code` as text, or at the head of the message. */
const BY_CODE: Readonly<Record<string, Finding | undefined>> = {
  159: 'TIMEOUT',
  192: 'AUTH_FAILED',
  193: 'AUTH_FAILED',
  194: 'AUTH_FAILED',
  195: 'AUTH_FAILED',
  202: 'TOO_MANY_CONNECTIONS',
  497: 'AUTH_FAILED',
  516: 'AUTH_FAILED',
}

function codeOfClickhouse(error: unknown): Finding | undefined {
  const { code, message, statusCode } = (error ?? {}) as { code?: unknown; message?: unknown; statusCode?: unknown }
  const [, number] = /^(\d{1,4})$/.exec(String(code)) ?? /^Code: (\d{1,4})\b/.exec(String(message)) ?? []
  return number === undefined ? codeOfStatus(statusCode) : (BY_CODE[number] ?? 'QUERY_FAILED')
}

function overHttp(url: URL, options: ClickhouseOptions): KeptClient<ClickhouseClient> {
  return reshape(keepHttpClient(url, options), (client) => ({
    query: ({ query, format }) => askOver(client, query, format),
  }))
}

async function askOver(client: HttpClient, query: string, format: string): Promise<{ json(): Promise<unknown> }> {
  const asked = new URLSearchParams({ query, default_format: format })
  const { body, headers, status } = await client.ask('GET', `/?${asked.toString()}`)
  if (status >= 400) {
    const code = headers['x-clickhouse-exception-code'] ?? /^Code: (\d+)/.exec(body)?.[1]
    throw Object.assign(new HttpRefusal(status, body.slice(0, 200)), code === undefined ? {} : { code: String(code) })
  }
  return { json: () => Promise.resolve(body.split('\n').map(jsonOf)) }
}
