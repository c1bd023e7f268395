import { defineCheck, type CheckContext, type DependencyCheck } from '../core/check.ts'
import { resultFromError } from '../core/error-codes.ts'
import { unhealthy, type Result } from '../core/result.ts'
import { inTime, oneAtATime } from './support/in-time.ts'
import { refuseMisuse } from './support/misuse.ts'
import { loadPeer, placeOfUrl } from './support/peer.ts'
import { judgeTime, timeLimitProblems, type TimeLimits } from './support/response-time.ts'

/** What a client must have: those of `redis` (node-redis) and `ioredis`, and others with that method. */
export interface RedisClient {
  ping(): Promise<unknown>
  /** Of node-redis: whether it is connected. */
  readonly isReady?: boolean
  /** Of ioredis: `ready`, `connecting`, `reconnecting`, … */
  readonly status?: string
}

export interface RedisOptions extends TimeLimits {
  /** How messages call the server. Default: host and port of the URL, else `Redis`. */
  readonly where?: string
}

/**
 * Asks Redis `PING` through the app's own client, which finds what a connection of its own would hide: a client that does
 * not come back. Given a URL, it keeps one connection of its own (needs the package `redis`) and connects anew when that
 * breaks. Costs one `PING` per run, never more than one at a time.
 *
 * Observed: time of the answer in ms.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function redis(source: RedisClient | string | URL, options: RedisOptions = {}): DependencyCheck {
  const url = typeof source === 'string' || source instanceof URL ? String(source) : undefined
  refuseMisuse('redis', { source: sourceProblem(source, url), ...timeLimitProblems(options) })
  const own = url === undefined ? undefined : createOwnClient(url)
  const client = own ?? (source as RedisClient)
  const place = options.where ?? (url === undefined ? undefined : placeOfUrl(url)) ?? 'Redis'
  // A connection of our own is given up when it hangs; a client of the app's queues what it is asked.
  const ask = own === undefined ? oneAtATime(async () => client.ping()) : () => own.ping()

  return defineCheck({
    kind: 'redis',
    run(context) {
      own?.allow(context.timeoutMs)
      return inTime(context, answer(context, ask, place, options), () => {
        own?.drop()
        return late(context, client, place)
      })
    },
    ...(own === undefined ? {} : { close: () => own.drop() }),
  })
}

function sourceProblem(source: unknown, url: string | undefined): string | false {
  if (url !== undefined) return !/^rediss?:\/\//.test(url) && 'the URL must begin with redis:// or rediss://'
  return (
    typeof (source as RedisClient | undefined)?.ping !== 'function' && 'must be a client with a ping method, or a URL'
  )
}

async function answer(
  context: CheckContext,
  ask: (context: CheckContext) => Promise<unknown>,
  place: string,
  limits: TimeLimits,
): Promise<Result> {
  const startedAt = context.clock.now()
  try {
    const reply = await ask(context)
    if (String(reply) !== 'PONG') {
      return unhealthy(
        'PROTOCOL_ERROR',
        `${place} did not answer PING with PONG. See whether a Redis server listens there.`,
      )
    }
    return judgeTime(context.clock.now() - startedAt, limits, `PING at ${place}`)
  } catch (error) {
    return resultFromError(error, place)
  }
}

/** A client without a connection queues what it is asked; then it is not the server that is slow. */
function late({ timeoutMs }: CheckContext, client: RedisClient, place: string): Result {
  const disconnected = client.isReady === false || (client.status !== undefined && client.status !== 'ready')
  if (disconnected) {
    const message = `The client is not connected to ${place} (${client.status ?? 'connecting'}). See whether Redis is up; the client's error event says more.`
    return unhealthy('CONNECTION_FAILED', message)
  }
  return unhealthy(
    'TIMEOUT',
    `No answer to PING from ${place} within ${timeoutMs} ms. See whether a slow command or a stopped process blocks it.`,
  )
}

/** One connection that is kept as long as it works. */
interface OwnClient extends RedisClient {
  /** How long the next connection may take. */
  allow(timeoutMs: number): void
  /** Gives the connection up, and what waits on it; the next ping makes a new one. */
  drop(): void
}

function createOwnClient(url: string): OwnClient {
  let current: { ping(): Promise<unknown>; destroy(): void; readonly isOpen: boolean } | undefined
  let allowedMs = 1_000
  const drop = (): void => {
    if (current?.isOpen === true) current.destroy()
    current = undefined
  }
  return {
    allow: (timeoutMs) => void (allowedMs = timeoutMs),
    drop,
    async ping() {
      if (current === undefined) {
        const { createClient } = await loadPeer('redis', () => import('redis'))
        const socket = { reconnectStrategy: false, connectTimeout: allowedMs } as const
        const client = createClient({ url, socket, disableOfflineQueue: true, name: 'hale' })
        // Broken while idle: the next run connects anew and says so if it cannot.
        client.on('error', () => current === client && drop())
        current = client
        try {
          await client.connect()
        } catch (error) {
          if (current === client) drop()
          throw error
        }
        return await client.ping()
      }
      return await current.ping()
    },
  }
}
