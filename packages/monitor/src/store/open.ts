import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { isStoreScheme, storeOf, type StoreScheme } from './schemes.ts'
import { openSqliteStore } from './sqlite/sqlite.ts'
import { StoreError, type Store } from './store.ts'

/** One entry a back end: what its address means, and how it is opened. */
const SCHEMES: Readonly<Record<StoreScheme, (rest: string) => Promise<Store>>> = {
  sqlite: openFolder,
}

/**
 * Opens the store at an address: `sqlite:path/to/folder` is the file `hale.db` in that folder, both made when missing,
 * for this user's eyes only. Rejects with a {@link StoreError}.
 */
export async function openStore(url: string): Promise<Store> {
  const colon = url.indexOf(':')
  const scheme = url.slice(0, Math.max(0, colon))
  if (!isStoreScheme(scheme)) throw new StoreError(`There is no ${storeOf(scheme)}.`, { retryable: false })
  return SCHEMES[scheme](url.slice(colon + 1))
}

async function openFolder(folder: string): Promise<Store> {
  if (folder === '') throw new StoreError('"sqlite:" needs a folder after it, as in sqlite:data.', { retryable: false })
  const path = join(folder, 'hale.db')
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    // SQLite gives the files beside it the rights of this one.
    await (await open(path, 'a', 0o600)).close()
  } catch (error) {
    throw new StoreError(`The store's folder ${folder} cannot be used: ${String(error)}.`, {
      retryable: false,
      cause: error,
    })
  }
  return openSqliteStore({ path })
}
