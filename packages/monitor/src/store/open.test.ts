import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openStore } from './open.ts'
import { StoreError } from './store.ts'

describe('openStore', () => {
  it('makes the folder and its files for this user only, and opens them again', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'hale-open-'))
    onTestFinished(() => rm(parent, { recursive: true }))
    const folder = join(parent, 'a', 'data')
    const store = await openStore(`sqlite:${folder}`)
    const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)
    expect(await modeOf(folder)).toBe('700')
    expect(await Promise.all(['hale.db', 'hale.db-wal'].map((file) => modeOf(join(folder, file))))).toEqual([
      '600',
      '600',
    ])
    await store[Symbol.asyncDispose]()
    await (await openStore(`sqlite:${folder}`))[Symbol.asyncDispose]()
  })

  it.each([
    ['postgres://user:secret@host/db', 'There is no store for the scheme "postgres:"; known: sqlite:.'],
    ['toString:x', 'There is no store for the scheme "toString:"'],
    ['data', 'There is no store for the scheme ":"'],
    ['sqlite:', '"sqlite:" needs a folder after it'],
    ['sqlite:/dev/null/x', "The store's folder /dev/null/x cannot be used"],
  ])('refuses %s', async (url, message) => {
    const failure = await openStore(url).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(StoreError)
    expect(String(failure)).toContain(message)
    expect(String(failure)).not.toContain('secret')
  })
})
