import type { SQLInputValue } from 'node:sqlite'
import type { Database } from './database.ts'

/** One page of a list, youngest first. All of it is fixed text but the values. */
export interface PageQuery {
  readonly columns: string
  readonly from: string
  /** Column of the wall time by which the list is ordered and paged. */
  readonly by: string
  /** Column that orders what has the same time. */
  readonly tie: string
  /** Conditions with their value; those whose value is undefined are left out, those of `true` take none. */
  readonly where: readonly (readonly [sql: string, value: SQLInputValue | true | undefined])[]
  readonly before: number | undefined
  readonly limit: number
}

/**
 * Reads a page. It goes on past the limit through all rows of the same instant as its last one: the next page begins
 * before that instant, and a thousand incidents may open in one tick.
 */
export function readPage(db: Database, query: PageQuery): readonly unknown[] {
  const { columns, from, by, tie, before, limit } = query
  const conditions = [...query.where, [`${by} < ?`, before] as const].filter(([, value]) => value !== undefined)
  const values = conditions.flatMap(([, value]) => (value === undefined || value === true ? [] : [value]))
  const where = ['true', ...conditions.map(([sql]) => sql)].join(' and ')
  return db.all(
    `select ${columns} from ${from} where ${where}
       and ${by} >= coalesce((select ${by} from ${from} where ${where} order by ${by} desc limit 1 offset ?), 0)
     order by ${by} desc, ${tie} desc`,
    ...values,
    ...values,
    Math.max(0, limit - 1),
  )
}
