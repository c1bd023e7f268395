import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { spec } from '../conformance/rows.ts'
import { Database } from './database.ts'
import { migrate, MIGRATIONS, type Migration } from './migrate.ts'
import { openSqliteStore } from './sqlite.ts'

const place = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'hale-migrate-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'hale.db')
}

/** A step that a later Hale might take. */
const later: Migration = {
  name: '0002-later',
  sql: `alter table target add column note text not null default 'none'; create table later (id integer primary key)`,
}

describe('migrations', () => {
  it('brings an old file with data to the newest schema, and keeps the data', async () => {
    const path = place()
    const old = await openSqliteStore({ path })
    await old.roster.sync([spec('orders')])
    await old[Symbol.asyncDispose]()

    const db = new Database(path)
    migrate(db, path, [...MIGRATIONS, later])
    expect(db.all('select id, note from target')).toEqual([{ id: 'orders', note: 'none' }])
    expect(db.all('select * from later')).toEqual([])
    db.close()
  })

  it('does a step whole or not at all', async () => {
    const path = place()
    await (await openSqliteStore({ path }))[Symbol.asyncDispose]()
    const db = new Database(path)
    const broken: Migration = {
      name: '0002-broken',
      sql: 'create table half (id integer); create table target (id integer)',
    }
    expect(() => migrate(db, path, [...MIGRATIONS, broken])).toThrow('already exists')
    expect(db.get(`select 1 from sqlite_schema where name = 'half'`)).toBeUndefined()
    migrate(db, path, [...MIGRATIONS, later])
    db.close()
  })

  it('refuses a file that a later Hale wrote, and says so', async () => {
    const path = place()
    const db = new Database(path)
    migrate(db, path, [...MIGRATIONS, later])
    db.close()
    await expect(openSqliteStore({ path })).rejects.toThrow(
      /hale\.db was written by a later Hale: its schema is 2, this Hale knows schemas up to 1\. Start that version/,
    )
  })

  it('refuses a database that is not its own, and leaves it as it was', async () => {
    const path = place()
    const foreign = new DatabaseSync(path)
    foreign.exec('create table theirs (id integer)')
    foreign.close()
    await expect(openSqliteStore({ path })).rejects.toThrow("not one of Hale's")
  })

  it('every step is named after its number', () => {
    expect(MIGRATIONS.map(({ name }) => name.slice(0, 4))).toEqual(
      MIGRATIONS.map((_, index) => String(index + 1).padStart(4, '0')),
    )
  })
})
