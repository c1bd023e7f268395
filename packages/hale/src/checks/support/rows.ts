/** One row of an answer, by column. */
export type Row = Readonly<Record<string, unknown>>

/**
 * The rows of what a SQL client answered: a list (mariadb, postgres.js, better-sqlite3), `{ rows }` (pg, kysely), or
 * `[rows, fields]` (mysql2). None when it is none of these.
 */
export function rowsOf(answer: unknown): readonly Row[] {
  if (!Array.isArray(answer)) {
    const { rows } = (answer ?? {}) as { rows?: unknown }
    return Array.isArray(rows) ? rowsOf(rows) : []
  }
  const rows: readonly unknown[] = Array.isArray(answer[0]) ? answer[0] : answer
  return rows.filter((row): row is Row => typeof row === 'object' && row !== null)
}

/** A number of a row: drivers answer large ones as text or as bigint. Undefined when it is none. */
export function numberOf(row: Row | undefined, column: string): number | undefined {
  const value = row?.[column]
  if (value === null || value === undefined || value === '') return undefined
  return Number.isFinite(Number(value)) ? Number(value) : undefined
}
