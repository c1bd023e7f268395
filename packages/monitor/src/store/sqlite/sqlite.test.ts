import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storeConformance } from '../conformance.ts'
import { openSqliteStore } from './sqlite.ts'

storeConformance('sqlite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hale-store-'))
  return {
    open: (clock) => openSqliteStore({ path: join(folder, 'hale.db'), clock }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
})
