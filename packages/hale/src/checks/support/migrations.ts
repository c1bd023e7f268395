import { healthy, unhealthy, type Result } from '../../core/result.ts'
import { isFilled, isFunction, isObject, type Given, type Rule } from '../../core/rules.ts'
import { rowsOf } from './rows.ts'

type Names = readonly string[]

/**
 * Which migrations are still to be applied. Either what the tool that applies them says: a list, how many, or whether
 * there are any (`() => umzug.pending()`). Or a query for the names of those that were applied, in the first column, and
 * the names of all that the app expects.
 */
export type Migrations =
  | (() => Pending | Promise<Pending>)
  | { readonly applied: string; readonly expected: Names | (() => Names | Promise<Names>) }

type Pending = readonly unknown[] | number | boolean

/** What is asked for migrations. */
export const migrationsRule: Rule = (value) => {
  if (value === undefined || typeof value === 'function') return false
  const { applied, expected }: Given = isObject(value) ? value : {}
  const fits = isFilled(applied) && (Array.isArray(expected) || isFunction(expected))
  return !fits && 'must be a function, or { applied: a query, expected: names }'
}

/** Asks and judges. Rejects with what the query or the function rejects with. */
export async function judgeMigrations(
  migrations: Migrations,
  query: (sql: string) => unknown,
  place: string,
): Promise<Result> {
  const pending = typeof migrations === 'function' ? await migrations() : await notApplied(migrations, query)
  const count = Array.isArray(pending) ? pending.length : Number(pending)
  if (count === 0) return healthy(undefined, { data: { pendingMigrations: 0 } })
  const names = Array.isArray(pending) ? pending.map(nameOf).filter((name) => name !== undefined) : []
  const which = names.length === 0 ? '' : `: ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`
  const some = pending === true ? 'Migrations' : `${count} ${count === 1 ? 'migration' : 'migrations'}`
  const message = `${some} not applied at ${place}${which}. Apply them, or run the version of the app that fits.`
  return unhealthy('MIGRATIONS_PENDING', message, {
    observed: { value: count, unit: 'migrations' },
    data: { pendingMigrations: count },
  })
}

async function notApplied(
  { applied, expected }: Exclude<Migrations, () => unknown>,
  query: (sql: string) => unknown,
): Promise<Names> {
  const wanted = typeof expected === 'function' ? await expected() : expected
  const found = new Set(rowsOf(await query(applied)).map((row) => String(Object.values(row)[0])))
  return wanted.filter((name) => !found.has(name))
}

/** The name of a migration, as umzug, knex, kysely and MikroORM have it. */
function nameOf(migration: unknown): string | undefined {
  if (typeof migration === 'string') return migration
  const { name, file } = (migration ?? {}) as { name?: unknown; file?: unknown }
  return [name, file].find((each) => typeof each === 'string')
}
