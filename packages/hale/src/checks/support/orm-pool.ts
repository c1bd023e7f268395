import { mysqlPoolFigures } from './mysql-pool.ts'
import type { PoolFigures } from './pool.ts'

/** Where the ORMs have their pool, and what pools tell; each part may be absent. */
interface Inside {
  /** Knex. */
  readonly client?: { readonly pool?: Pool }
  /** Sequelize. */
  readonly connectionManager?: { readonly pool?: Pool }
  /** TypeORM. */
  readonly driver?: { readonly master?: Pool; readonly pool?: Pool }
  /** Drizzle. */
  readonly $client?: Pool
}

interface Pool {
  // pg
  readonly totalCount?: number
  readonly idleCount?: number
  readonly waitingCount?: number
  readonly options?: { readonly max?: number }
  // tarn, of Knex
  readonly numUsed?: () => number
  readonly numFree?: () => number
  readonly numPendingAcquires?: () => number
  readonly max?: number
  // sequelize-pool
  readonly size?: number
  readonly available?: number
  readonly waiting?: number
  readonly maxSize?: number
}

/** The figures of an ORM's pool. Undefined when it does not tell them. */
export function ormPoolFigures(source: unknown): PoolFigures | undefined {
  const { $client, client, connectionManager, driver } = source as Inside
  const pool = client?.pool ?? connectionManager?.pool ?? driver?.master ?? driver?.pool ?? $client
  if (pool === undefined) return undefined
  if (pool.totalCount !== undefined) {
    const { idleCount = 0, options, totalCount, waitingCount = 0 } = pool
    return { total: totalCount, idle: idleCount, waiting: waitingCount, max: options?.max }
  }
  if (pool.numUsed !== undefined) {
    const free = pool.numFree?.() ?? 0
    return { total: pool.numUsed() + free, idle: free, waiting: pool.numPendingAcquires?.() ?? 0, max: pool.max }
  }
  if (pool.maxSize !== undefined) {
    const { available = 0, maxSize, size = 0, waiting = 0 } = pool
    return { total: size, idle: available, waiting, max: maxSize }
  }
  return mysqlPoolFigures(pool)
}
