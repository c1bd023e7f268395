import type { PoolFigures } from './pool.ts'

/** What pools of mysql2 and mariadb carry beyond their types or tell by methods; each part may be absent. */
interface Inside {
  readonly totalConnections?: () => number
  readonly idleConnections?: () => number
  readonly taskQueueSize?: () => number
  readonly _allConnections?: { readonly length: number }
  readonly _freeConnections?: { readonly length: number }
  readonly _connectionQueue?: { readonly length: number }
  readonly config?: Place & { readonly connectionLimit?: number; readonly connectionConfig?: Place }
  /** The pool below the one of `mysql2/promise`. */
  readonly pool?: Inside
  /** The connection below the one of `mysql2/promise`. */
  readonly connection?: Inside
}

interface Place {
  readonly host?: string
  readonly port?: number
}

/** The figures of a pool. Undefined when it is a connection, or a pool that does not tell them. */
export function mysqlPoolFigures(client: unknown): PoolFigures | undefined {
  const outer = client as Inside
  if (typeof outer.totalConnections === 'function') {
    return {
      total: outer.totalConnections(),
      idle: outer.idleConnections?.() ?? 0,
      waiting: outer.taskQueueSize?.() ?? 0,
      max: undefined,
    }
  }
  const pool = outer.pool ?? outer
  if (pool._allConnections === undefined) return undefined
  return {
    total: pool._allConnections.length,
    idle: pool._freeConnections?.length ?? 0,
    waiting: pool._connectionQueue?.length ?? 0,
    max: pool.config?.connectionLimit,
  }
}

/** `host:port` of a pool or a connection of mysql2. */
export function placeOfMysql(client: unknown): string | undefined {
  const outer = client as Inside
  const config = (outer.pool ?? outer.connection ?? outer).config
  const { host, port = 3306 } = config?.connectionConfig ?? config ?? {}
  return host === undefined ? undefined : `${host}:${port}`
}
