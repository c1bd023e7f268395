import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { AppFacts } from 'hale/doctor'
import { UsageError } from '../usage.ts'
import { readManifest } from './read-manifest.ts'
import { readLock, readPackageJson } from './read-packages.ts'
import { readSource } from './read-source.ts'

const MOST_FILES = 5_000
const MOST_BYTES = 2 ** 20
const LOCKS = ['package-lock.json', 'pnpm-lock.yaml']
const SOURCE = /(?<!\.d|\.test|\.spec)\.[cm]?[jt]sx?$/
const PASSED_OVER = new Set(['node_modules', 'dist', 'build', 'coverage', 'out', 'test', 'tests', '__tests__'])

export interface App extends Required<AppFacts> {
  /** Files that could not be read, and why. */
  readonly unread: readonly string[]
}

/**
 * Reads what an app's folder shows. Of `.env` files only names are kept, never values.
 *
 * @throws {UsageError} when it is no app's folder.
 */
export async function readApp(folder: string): Promise<App> {
  const manifest = join(folder, 'package.json')
  if (!existsSync(manifest)) {
    throw new UsageError(`There is no package.json in ${folder}. Name the app's folder: hale doctor path/to/app`)
  }
  const dependencies: string[] = []
  const environmentNames: string[] = []
  const checks: NonNullable<AppFacts['checks']>[number][] = []
  const manifests: NonNullable<AppFacts['manifests']>[number][] = []
  const unread: string[] = []

  const take = async (path: string, read: (text: string, file: string) => void): Promise<void> => {
    const file = relative(folder, path)
    try {
      read(await readFile(path, 'utf8'), file)
    } catch {
      // What a parser quotes could be a secret.
      unread.push(file)
    }
  }

  await take(manifest, (text) => dependencies.push(...readPackageJson(text)))
  for (const lock of LOCKS.map((name) => join(folder, name)).filter((path) => existsSync(path))) {
    await take(lock, (text, file) => dependencies.push(...readLock(text, file)))
  }
  for (const path of await filesOf(folder)) {
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (SOURCE.test(name)) {
      await take(path, (text, file) => {
        const found = readSource(text, file)
        checks.push(...found.checks)
        environmentNames.push(...found.environmentNames)
      })
    } else if (/\.ya?ml$/.test(name) && !LOCKS.includes(name)) {
      await take(path, (text, file) => {
        const found = readManifest(text, file)
        manifests.push(...found.probes)
        environmentNames.push(...found.environmentNames)
      })
    } else if (/^\.env(?:\..+)?$/.test(name)) {
      await take(path, (text) => environmentNames.push(...readNames(text)))
    }
  }
  return { dependencies, environmentNames, checks, manifests, unread }
}

/** The names in a `.env` file: what stands before `=`. */
function readNames(text: string): readonly string[] {
  return [...text.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=/gm)].map(([, name = '']) => name)
}

/** Files that may say something, of bounded number and size; links are not followed. */
async function filesOf(folder: string): Promise<readonly string[]> {
  const found: string[] = []
  const folders = [folder]
  for (const each of folders) {
    for (const entry of await readdir(each, { withFileTypes: true })) {
      const path = join(each, entry.name)
      if (entry.isDirectory() && !entry.name.startsWith('.') && !PASSED_OVER.has(entry.name)) folders.push(path)
      if (!entry.isFile() || !(SOURCE.test(entry.name) || /\.ya?ml$|^\.env/.test(entry.name))) continue
      if ((await stat(path)).size <= MOST_BYTES) found.push(path)
      if (found.length >= MOST_FILES) return found
    }
  }
  return found
}
