import { unhealthy, type Result } from '../../core/result.ts'
import type { Rules } from '../../core/rules.ts'
import { limitRules, SHARE } from './limit-rules.ts'
import { judgeShare, type Share } from './limits.ts'
import { howMany } from './how-many.ts'

/** What a pool tells of itself. Connections. */
export interface PoolFigures {
  readonly total: number
  readonly idle: number
  /** Those who wait for a connection. */
  readonly waiting: number
  /** The most that it opens. Undefined: not known. */
  readonly max: number | undefined
}

/** Limits of how much of a pool may be in use. */
export interface PoolLimits {
  /** Degraded, `POOL_SATURATED`, when more of the pool's connections are in use: `80%`. Default: no limit. */
  readonly poolDegraded?: Share
  /** Unhealthy, `POOL_SATURATED`, when more are in use. Default: no limit. */
  readonly poolUnhealthy?: Share
}

export const POOL_LIMITS: Rules<PoolLimits> = limitRules('poolDegraded', 'poolUnhealthy', SHARE)

export function poolData(pool: PoolFigures | undefined): { readonly data?: NonNullable<Result['data']> } {
  return pool === undefined ? {} : { data: { ...pool } }
}

/** Judges how much of a pool is in use. Undefined when nothing is wrong. */
export function judgePool(pool: PoolFigures | undefined, limits: PoolLimits, place: string): Result | undefined {
  if (pool?.max === undefined || pool.max === 0) return undefined
  const used = pool.total - pool.idle
  return judgeShare({
    share: used / pool.max,
    degraded: limits.poolDegraded,
    unhealthy: limits.poolUnhealthy,
    code: 'POOL_SATURATED',
    what: `${used} of ${pool.max} connections of the pool to ${place} are in use`,
    tryThis: 'Look for slow queries and clients that are not released, or make the pool larger.',
  })
}

/** When nothing came from a pool: that it is empty, if it is; else what was found, with the pool's figures. */
export function explainByPool(result: Result, pool: PoolFigures | undefined, place: string): Result {
  const { code } = result
  if (pool === undefined || !(code === 'TIMEOUT' || code === 'CONNECTION_TIMEOUT' || code === 'POOL_EXHAUSTED'))
    return result
  const { idle, max, total, waiting } = pool
  // A question that waits in the pool is told from one that a hung server does not answer. A pool that gave up first has
  // let go of it.
  const isFull = total > 0 && idle === 0 && total >= (max ?? 0) && (waiting > 0 || code !== 'TIMEOUT')
  if (!isFull) return { ...result, ...poolData(pool) }
  const size = max ?? total
  const used = size === 1 ? 'The one connection' : `All ${size} connections`
  const queue = waiting === 0 ? '' : `; ${howMany(waiting, 'questions', ['waits', 'wait'])}`
  const message = `${used} of the pool to ${place} ${size === 1 ? 'is' : 'are'} in use and none came back${queue}. Look for clients that are not released and for slow queries, or make the pool larger.`
  return unhealthy('POOL_EXHAUSTED', message, { observed: { value: waiting, unit: 'waiting' }, ...poolData(pool) })
}
