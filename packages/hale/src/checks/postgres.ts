import { defineCheck, type CheckContext, type DependencyCheck } from '../core/check.ts'
import { resultFromError } from '../core/error-codes.ts'
import { unhealthy, type Result } from '../core/result.ts'
import { inTime, oneAtATime } from './support/in-time.ts'
import { refuseMisuse } from './support/misuse.ts'
import { loadPeer, placeOfUrl } from './support/peer.ts'
import { judgeTime, timeLimitProblems, type TimeLimits } from './support/response-time.ts'

/** What a client must have: a `pg.Pool`, a `pg.Client`, and others with that method. */
export interface PostgresClient {
  query(text: string): Promise<unknown>
}

/** What a pool tells of itself, all optional: with it an exhausted pool is told from a slow server. */
export interface PostgresPool extends PostgresClient {
  readonly totalCount?: number
  readonly idleCount?: number
  readonly waitingCount?: number
  readonly options?: {
    readonly max?: number | undefined
    readonly host?: string | undefined
    readonly port?: number | undefined
  }
}

export interface PostgresOptions extends TimeLimits {
  /** What is asked; it should be cheap. Default `SELECT 1`. */
  readonly query?: string
  /** How messages call the server. Default: host and port where the client tells them. */
  readonly where?: string
}

/**
 * Asks PostgreSQL a question through the app's own pool or client, which finds what a connection of its own would hide:
 * `POOL_EXHAUSTED`, a client that was ended. Given a URL, it keeps one connection of its own (needs the package `pg`) and
 * connects anew when that breaks. Costs one query per run, never more than one at a time.
 *
 * Observed: time of the query in ms, waiting for a connection included. Data: the pool's figures.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function postgres(source: PostgresPool | string | URL, options: PostgresOptions = {}): DependencyCheck {
  const url = typeof source === 'string' || source instanceof URL ? String(source) : undefined
  refuseMisuse('postgres', { source: sourceProblem(source, url), ...timeLimitProblems(options) })
  const own = url === undefined ? undefined : createOwnClient(url)
  const client = own ?? (source as PostgresPool)
  const place = options.where ?? (url === undefined ? placeOfPool(client) : placeOfUrl(url)) ?? 'PostgreSQL'
  const text = options.query ?? 'SELECT 1'
  // A connection of our own is given up when it hangs; a client of the app's queues what it is asked.
  const ask = own === undefined ? oneAtATime(async () => client.query(text)) : () => own.query(text)

  return defineCheck({
    kind: 'postgres',
    run(context) {
      own?.allow(context.timeoutMs)
      return inTime(context, answer(context, ask, { client, place, text, options }), () => {
        own?.drop()
        return late(context, client, place, text)
      })
    },
    ...(own === undefined ? {} : { close: () => own.drop() }),
  })
}

function sourceProblem(source: unknown, url: string | undefined): string | false {
  if (url !== undefined)
    return !/^postgres(?:ql)?:\/\//.test(url) && 'the URL must begin with postgres:// or postgresql://'
  return (
    typeof (source as PostgresPool | undefined)?.query !== 'function' &&
    'must be a client with a query method, or a URL'
  )
}

interface Question {
  readonly client: PostgresPool
  readonly place: string
  readonly text: string
  readonly options: PostgresOptions
}

async function answer(
  context: CheckContext,
  ask: (context: CheckContext) => Promise<unknown>,
  question: Question,
): Promise<Result> {
  const { client, place, text, options } = question
  const startedAt = context.clock.now()
  try {
    await ask(context)
    return judgeTime(context.clock.now() - startedAt, options, `${text} at ${place}`, poolData(client))
  } catch (error) {
    const result = resultFromError(error, place)
    return result.code === 'CONNECTION_TIMEOUT' && isExhausted(client) ? exhausted(client, place) : result
  }
}

function late({ timeoutMs }: CheckContext, client: PostgresPool, place: string, text: string): Result {
  if (isExhausted(client)) return exhausted(client, place)
  const message = `No answer to ${text} from ${place} within ${timeoutMs} ms. See whether it is overloaded, locked up or out of reach.`
  return unhealthy('TIMEOUT', message, withData(client))
}

function isExhausted({ totalCount, idleCount, options }: PostgresPool): boolean {
  return totalCount !== undefined && idleCount === 0 && totalCount >= (options?.max ?? Infinity)
}

function exhausted(client: PostgresPool, place: string): Result {
  const { options, waitingCount = 0 } = client
  const message = `All ${options?.max} connections of the pool to ${place} are in use and none came back; ${waitingCount} wait. Look for clients that are not released and for slow queries, or make the pool larger.`
  return unhealthy('POOL_EXHAUSTED', message, {
    observed: { value: waitingCount, unit: 'waiting' },
    ...withData(client),
  })
}

function poolData({ totalCount, idleCount, waitingCount, options }: PostgresPool): Result['data'] {
  if (totalCount === undefined) return undefined
  return { total: totalCount, idle: idleCount, waiting: waitingCount, max: options?.max }
}

function withData(client: PostgresPool): { readonly data?: NonNullable<Result['data']> } {
  const data = poolData(client)
  return data === undefined ? {} : { data }
}

function placeOfPool({ options }: PostgresPool): string | undefined {
  return options?.host === undefined ? undefined : `${options.host}:${options.port ?? 5432}`
}

/** One connection that is kept as long as it works. */
interface OwnClient extends PostgresClient {
  /** How long the next connection may take. */
  allow(timeoutMs: number): void
  /** Gives the connection up, and what waits on it; the next query makes a new one. */
  drop(): void
}

function createOwnClient(url: string): OwnClient {
  let current: { query(text: string): Promise<unknown>; end(): Promise<void> } | undefined
  let allowedMs = 1_000
  const drop = (): void => {
    void current?.end().catch(() => {})
    current = undefined
  }
  return {
    allow: (timeoutMs) => void (allowedMs = timeoutMs),
    drop,
    async query(text) {
      if (current === undefined) {
        const { default: pg } = await loadPeer('pg', () => import('pg'))
        const client = new pg.Client({
          connectionString: url,
          connectionTimeoutMillis: allowedMs,
          application_name: 'hale',
        })
        // Broken while idle: the next run connects anew and says so if it cannot.
        client.on('error', () => current === client && drop())
        current = client
        try {
          await client.connect()
        } catch (error) {
          if (current === client) drop()
          throw error
        }
        return await client.query(text)
      }
      return await current.query(text)
    },
  }
}
