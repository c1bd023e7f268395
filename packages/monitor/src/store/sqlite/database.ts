import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { StoreError } from '../store.ts'

/** One connection to a SQLite file: prepared statements kept, transactions, errors as {@link StoreError}. */
export class Database {
  readonly #sqlite: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()

  /** Opens or makes the file. A lock held by another process is waited for, at most a second. */
  constructor(path: string) {
    this.#sqlite = guarded('open', () => new DatabaseSync(path, { timeout: 1_000 }))
    // The page size must come first: it is fixed with the first write.
    this.exec('pragma page_size = 8192')
    this.exec('pragma journal_mode = wal')
    this.exec('pragma synchronous = full')
    this.exec('pragma foreign_keys = on')
  }

  /** The rows; who asks says with a cast what their columns are. */
  all(sql: string, ...values: readonly SQLInputValue[]): readonly unknown[] {
    return guarded('read', () => this.#statement(sql).all(...values))
  }

  /** The first row, or undefined. */
  get(sql: string, ...values: readonly SQLInputValue[]): unknown {
    return guarded('read', () => this.#statement(sql).get(...values))
  }

  /** Returns how many rows changed. */
  run(sql: string, ...values: readonly SQLInputValue[]): number {
    return guarded('write', () => Number(this.#statement(sql).run(...values).changes))
  }

  /** Runs statements without values. */
  exec(sql: string): void {
    guarded('execute a statement', () => this.#sqlite.exec(sql))
  }

  /** All of `action` or nothing of it, and on the disk when this returns. */
  write<T>(action: () => T): T {
    this.exec('begin immediate')
    try {
      const result = action()
      this.exec('commit')
      return result
    } catch (error) {
      // A full disk or a failed sync has already rolled back.
      if (this.#sqlite.isTransaction) this.exec('rollback')
      if (error instanceof StoreError) throw error
      throw new StoreError(`Nothing was written: ${String(error)}.`, { retryable: false, cause: error })
    }
  }

  /**
   * As {@link write}, but on the disk only with the next {@link write}: in a WAL a sync takes all earlier commits along.
   * For what is worth nothing without a later write, or can be done again: leases, numbers of series, retention.
   */
  writeRelaxed<T>(action: () => T): T {
    this.exec('pragma synchronous = normal')
    try {
      return this.write(action)
    } finally {
      this.exec('pragma synchronous = full')
    }
  }

  /** Several reads that see one state of the file. */
  read<T>(action: () => T): T {
    this.exec('begin')
    try {
      return action()
    } finally {
      this.exec('commit')
    }
  }

  close(): void {
    this.#prepared.clear()
    if (this.#sqlite.isOpen) guarded('close', () => this.#sqlite.close())
  }

  #statement(sql: string): StatementSync {
    const known = this.#prepared.get(sql)
    if (known !== undefined) return known
    const statement = this.#sqlite.prepare(sql)
    this.#prepared.set(sql, statement)
    // Every day brings statements on its own table; the oldest go, and are prepared again if they are still used.
    const [oldest] = this.#prepared.keys()
    if (this.#prepared.size > MOST_PREPARED && oldest !== undefined) this.#prepared.delete(oldest)
    return statement
  }
}

const MOST_PREPARED = 200

/** SQLite's primary result codes after which the same call may succeed: busy, locked, out of memory, I/O, full, cannot open. */
const RETRYABLE: ReadonlySet<number> = new Set([5, 6, 7, 10, 13, 14])

function guarded<T>(what: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    const code = error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0
    const detail = error instanceof Error ? error.message : String(error)
    throw new StoreError(`SQLite could not ${what}: ${detail}.`, {
      retryable: RETRYABLE.has(code & 0xff),
      cause: error,
    })
  }
}
