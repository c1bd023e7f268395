import type { DependencyCheck } from '../core/check.ts'
import { formatBytes } from '../core/figures.ts'
import { unhealthy, type Result } from '../core/result.ts'
import { textRule, type Rule, type Rules } from '../core/rules.ts'
import { clientCheck, sourceProblem, urlOf } from './support/client-check.ts'
import { keepClient, type KeptClient } from './support/kept-client.ts'
import { limitRules, SHARE } from './support/limit-rules.ts'
import { judgeShare, type Share } from './support/limits.ts'
import { refuseMisuse } from './support/misuse.ts'
import { loadPeer, placeOfUrl } from './support/peer.ts'
import { placeOfRedis } from './support/redis-place.ts'
import { asksForLag, judgeLag, LAG_LIMITS, replicationStopped, type LagLimits } from './support/replica-lag.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './support/response-time.ts'
import { judgeRole, roleRule, type Role } from './support/role.ts'
import { worstOf } from './support/worst-of.ts'

/** What a client must have: those of `redis` (node-redis) and `ioredis`, and others with that method. */
export interface RedisClient {
  ping(): Promise<unknown>
  /** For the options about memory and replication. */
  info?(section: string): Promise<unknown>
  /** Of node-redis: whether it is connected. */
  readonly isReady?: boolean
  /** Of ioredis: `ready`, `connecting`, `reconnecting`, … */
  readonly status?: string
}

export interface RedisOptions extends TimeLimits, LagLimits {
  /** How messages call the server. Default: host and port where the URL or the client tells them, else `Redis`. */
  readonly where?: string
  /**
   * Degraded, `MEMORY_FULL`, when more of `maxmemory` is used: `80%`. Without a `maxmemory` nothing is judged.
   * Default: not asked.
   */
  readonly memoryDegraded?: Share
  /** Unhealthy, `MEMORY_FULL`, when more of `maxmemory` is used. Default: not asked. */
  readonly memoryUnhealthy?: Share
  /** The role that the server must have, else `WRONG_ROLE`. The link of a replica is looked at too. Default: any. */
  readonly role?: Role
}

const RULES: Rules<RedisOptions> = {
  ...TIME_LIMITS,
  ...LAG_LIMITS,
  role: roleRule,
  ...limitRules('memoryDegraded', 'memoryUnhealthy', SHARE),
  where: textRule,
}

const needsInfo: Rule = (value) => value !== undefined && 'needs a client with an info method'

const WITHOUT_INFO: Rules<RedisOptions> = {
  ...RULES,
  lagDegraded: needsInfo,
  lagUnhealthy: needsInfo,
  role: needsInfo,
  memoryDegraded: needsInfo,
  memoryUnhealthy: needsInfo,
}

/**
 * Asks Redis `PING` through the app's own client, which finds what a connection of its own would hide: a client that does
 * not come back. Given a URL, it keeps one connection of its own (needs the package `redis`) and connects anew when that
 * breaks. Costs one `PING` per run, one `INFO memory` and one `INFO replication` more when their options are set, never
 * more than one at a time.
 *
 * Observed: time of the answer in ms; what is beyond its limit when something is. Data: memory, role, lag.
 *
 * Codes: `CONNECTION_FAILED` when the client is not connected; `PROTOCOL_ERROR` for anything but `PONG`; `NOT_READY`
 * while the server loads its data.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function redis(source: RedisClient | string | URL, options: RedisOptions = {}): DependencyCheck {
  const url = urlOf(source)
  const problem = sourceProblem(source, ['redis', 'rediss'], ['ping'])
  const hasInfo = url !== undefined || problem !== false || (source as RedisClient).info !== undefined
  refuseMisuse('redis', options, hasInfo ? RULES : WITHOUT_INFO, { source: problem })
  const { memoryDegraded, memoryUnhealthy, role } = options
  const asksForMemory = memoryDegraded !== undefined || memoryUnhealthy !== undefined
  const asksForReplication = role !== undefined || asksForLag(options)
  const place = options.where ?? (url === undefined ? placeOfRedis(source) : placeOfUrl(url)) ?? 'Redis'

  return clientCheck<RedisClient>({
    kind: 'redis',
    through: url === undefined ? { client: source as RedisClient } : { kept: keepConnection(url) },
    place,
    question: 'PING',
    async ask(client, { clock }) {
      const startedAt = clock.now()
      if (String(await client.ping()) !== 'PONG') {
        const message = `${place} did not answer PING with PONG. See whether a Redis server listens there.`
        return unhealthy('PROTOCOL_ERROR', message)
      }
      return worstOf(
        judgeTime(clock.now() - startedAt, options, `PING at ${place}`),
        asksForMemory ? judgeMemory(fieldsOf(await client.info?.('memory')), options, place) : undefined,
        asksForReplication ? judgeReplication(fieldsOf(await client.info?.('replication')), options, place) : undefined,
      )
    },
    explain: (result, client) =>
      result.code === 'TIMEOUT' && !isConnected(client) ? notConnected(client, place) : result,
  })
}

/** A client without a connection queues what it is asked; then it is not the server that is slow. */
function isConnected({ isReady, status }: RedisClient): boolean {
  return isReady !== false && (status === undefined || status === 'ready')
}

function notConnected({ status = 'connecting' }: RedisClient, place: string): Result {
  const message = `The client is not connected to ${place} (${status}). See whether Redis is up; the client's error event says more.`
  return unhealthy('CONNECTION_FAILED', message)
}

/** The lines of INFO: https://redis.io/docs/latest/commands/info/ */
function fieldsOf(info: unknown): ReadonlyMap<string, string> {
  return new Map([...String(info).matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name = '', value = '']) => [name, value]))
}

function judgeMemory(info: ReadonlyMap<string, string>, options: RedisOptions, place: string): Result | undefined {
  const [used, max] = [Number(info.get('used_memory') ?? 0), Number(info.get('maxmemory') ?? 0)]
  if (max === 0) return undefined // takes what there is
  const policy = info.get('maxmemory_policy') ?? 'unknown'
  const found = judgeShare({
    share: used / max,
    degraded: options.memoryDegraded,
    unhealthy: options.memoryUnhealthy,
    code: 'MEMORY_FULL',
    what: `${formatBytes(used)} of ${formatBytes(max)} are used at ${place}, and the policy is ${policy}`,
    tryThis:
      policy === 'noeviction'
        ? 'Writes will fail when it is full: remove keys, or raise maxmemory.'
        : 'Keys are evicted when it is full: shorten their time to live, or raise maxmemory.',
  })
  return found && { ...found, data: { usedBytes: used, maxBytes: max } }
}

function judgeReplication(info: ReadonlyMap<string, string>, options: RedisOptions, place: string): Result {
  const is = info.get('role') === 'slave' ? 'replica' : 'primary'
  const found = judgeRole(is, options.role, place)
  if (is === 'primary') return found
  // Seconds since the replica last heard of its primary, which pings it; -1 while the link is down.
  const silence = Number(info.get('master_last_io_seconds_ago') ?? -1)
  return worstOf(
    found,
    info.get('master_link_status') === 'up' ? undefined : replicationStopped(place),
    silence < 0 ? undefined : judgeLag(silence * 1_000, options, `The replica ${place}`),
  )
}

type OwnClient = RedisClient & { connect(): Promise<unknown>; destroy(): void; readonly isOpen: boolean }

function keepConnection(url: string): KeptClient<RedisClient> {
  return keepClient<OwnClient>({
    async make(timeoutMs, onBroken) {
      const { createClient } = await loadPeer('redis', () => import('redis'))
      const socket = { reconnectStrategy: false, connectTimeout: timeoutMs } as const
      return createClient({ url, socket, disableOfflineQueue: true, name: 'hale' }).on('error', onBroken)
    },
    connect: (client) => client.connect(),
    end: (client) => client.isOpen && client.destroy(),
  })
}
