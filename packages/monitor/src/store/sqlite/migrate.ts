import { StoreError } from '../store.ts'
import type { Database } from './database.ts'
import { first } from './migrations/0001-first.ts'

/** One step from a schema to the next. Once released it is never changed: a later step changes what it did. */
export interface Migration {
  readonly name: string
  readonly sql: string
}

export const MIGRATIONS: readonly Migration[] = [first]

/** Marks a file as ours, in the header that SQLite keeps for this: "Hale". */
const APPLICATION_ID = 0x48616c65

/**
 * Brings a file to the newest schema, each step in a transaction of its own.
 * Throws a {@link StoreError} for a file of a later Hale and for one that is not Hale's.
 */
export function migrate(db: Database, path: string, migrations: readonly Migration[] = MIGRATIONS): void {
  const foreign = db.read(
    () =>
      pragma(db, 'application_id') !== APPLICATION_ID && db.get('select 1 from sqlite_schema limit 1') !== undefined,
  )
  if (foreign) {
    throw new StoreError(`${path} is a database, but not one of Hale's. Name another folder for the store.`, FINAL)
  }
  for (;;) {
    const done = db.write(() => {
      const version = pragma(db, 'user_version')
      if (version > migrations.length) {
        const versions = `its schema is ${version}, this Hale knows schemas up to ${migrations.length}`
        throw new StoreError(
          `${path} was written by a later Hale: ${versions}. Start that version or a later one.`,
          FINAL,
        )
      }
      const next = migrations[version]
      if (next === undefined) return true
      db.exec(next.sql)
      db.exec(`pragma application_id = ${APPLICATION_ID}`)
      db.exec(`pragma user_version = ${version + 1}`)
      return false
    })
    if (done) return
  }
}

const FINAL = { retryable: false }

function pragma(db: Database, name: 'application_id' | 'user_version'): number {
  return (db.get(`pragma ${name}`) as Record<typeof name, number> | undefined)?.[name] ?? 0
}
