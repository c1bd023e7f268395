import { execFile } from 'node:child_process'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { disk } from 'hale/checks/disk'
import { sqlite } from 'hale/checks/sqlite'
import { writablePath } from 'hale/checks/writable-path'
import type { Mend } from '../../../packages/hale/test/subjects/subject.ts'
import type { LocalFault } from './fault.ts'

const run = promisify(execFile)
const SIZE = 'size=4m,nr_inodes=200'

type Bring = (folder: string) => Promise<Mend>

/** Makes a folder a file system of its own, which ends with the process and is seen by nobody else. */
export async function mountOwn(folder: string): Promise<void> {
  await run('mount', ['-t', 'tmpfs', '-o', SIZE, 'hale-bench', folder])
}

/** Writes files of this size until the file system takes no more. */
const fillWith =
  (bytes: number): Bring =>
  async (folder) => {
    const full = join(folder, 'full')
    await mkdir(full)
    const content = Buffer.alloc(bytes)
    const taken = async (n: number): Promise<boolean> =>
      writeFile(join(full, String(n)), content).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOSPC') throw error
          return false
        },
      )
    let n = 0
    while (await taken(n)) n += 1
    return () => rm(full, { recursive: true })
  }

const turnReadOnly: Bring = async (folder) => {
  await run('mount', ['-o', 'remount,ro', folder])
  return () => run('mount', ['-o', 'remount,rw', folder])
}

const takeAway =
  (name: string): Bring =>
  async (folder) => {
    await rename(join(folder, name), join(folder, 'elsewhere'))
    return () => rename(join(folder, 'elsewhere'), join(folder, name))
  }

/** Another process that writes; here another connection, which SQLite treats alike. */
const lock: Bring = async (folder) => {
  const other = new DatabaseSync(join(folder, DATABASE))
  other.exec('BEGIN IMMEDIATE')
  return async () => other.close()
}

const DATABASE = 'shop.db'
const FULL = ['file system full', fillWith(64 * 1_024)] as const
const NO_INODES = ['no inode left', fillWith(0)] as const
const READ_ONLY = ['remounted read-only', turnReadOnly] as const

const ofDisk = ([fault, bring]: readonly [string, Bring]): LocalFault => ({
  check: 'disk',
  fault,
  open: (path) => ({ check: disk({ path }), bring: () => bring(path) }),
})

const ofWritablePath = ([fault, bring]: readonly [string, Bring]): LocalFault => ({
  check: 'writable-path',
  fault,
  async open(folder) {
    const path = join(folder, 'uploads')
    await mkdir(path)
    return { check: writablePath({ path }), bring: () => bring(folder) }
  },
})

const ofSqlite = ([fault, bring]: readonly [string, Bring]): LocalFault => ({
  check: 'sqlite',
  fault,
  open(folder) {
    const path = join(folder, DATABASE)
    const database = new DatabaseSync(path)
    database.exec('CREATE TABLE orders (id INTEGER PRIMARY KEY)')
    database.close()
    return { check: sqlite(path, { writable: true }), bring: () => bring(folder) }
  },
})

export const FILE_FAULTS: readonly LocalFault[] = [
  ...[FULL, NO_INODES].map(ofDisk),
  ...[FULL, NO_INODES, READ_ONLY, ['folder gone', takeAway('uploads')] as const].map(ofWritablePath),
  ...[FULL, READ_ONLY, ['locked', lock] as const, ['file gone', takeAway(DATABASE)] as const].map(ofSqlite),
]
