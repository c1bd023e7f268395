import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import type { AppFacts } from 'hale/doctor'
import { parse } from 'yaml'
import { UsageError } from '../usage.ts'
import type { FileFacts } from './file-facts.ts'
import { fillTemplate } from './fill-template.ts'
import { isCompose, readCompose } from './read-compose.ts'
import { readManifest } from './read-manifest.ts'
import { readLock, readPackageJson } from './read-packages.ts'
import { readServeFile } from './read-serve-file.ts'
import { readSource } from './read-source.ts'
import { readDotenv } from './read-variables.ts'
import { toProbes } from './to-probes.ts'

const MOST_FILES = 5_000
const MOST_FOLDERS = 20_000
const MOST_BYTES = 2 ** 20
const LOCK = /^(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml)$/
const SOURCE = /(?<!\.d|\.test|\.spec)\.[cm]?[jt]sx?$/
const YAML = /\.ya?ml$/
const PASSED_OVER =
  /^(?:node_modules|dist|build|coverage|out|target|vendor|venv|__pycache__|tests?|__tests__|__mocks__|e2e|\..*)$/

export interface App extends Required<Omit<AppFacts, 'pasteInto'>> {
  /** Whether it is an app that Hale can be part of. */
  readonly hasPackageJson: boolean
  /** Files and folders that could not be read, and what else was not. */
  readonly unread: readonly string[]
}

/**
 * Reads what an app's folder shows. Of variables only names and schemes are kept, never values.
 *
 * @throws {UsageError} when it is no app's folder.
 */
export async function readApp(folder: string): Promise<App> {
  const { files, unread } = await filesOf(folder)
  const found: FileFacts[] = []
  for (const path of files) {
    const file = relative(folder, path)
    try {
      found.push(await readOne(path, file, files))
    } catch {
      // What a parser quotes could be a secret.
      unread.push(file)
    }
  }
  if (unread.includes('package.json')) {
    throw new UsageError(
      `The package.json of ${folder} cannot be read, so what the app depends on is not known. Mend it first.`,
    )
  }
  const hasPackageJson = files.some((path) => basename(path) === 'package.json')
  const app = {
    dependencies: found.flatMap(({ dependencies = [] }) => dependencies),
    environmentNames: found.flatMap(({ environmentNames = [] }) => environmentNames),
    schemes: Object.assign({}, ...found.map(({ schemes }) => schemes)) as Record<string, string>,
    services: found.flatMap(({ services = [] }) => services),
    checks: found.flatMap(({ checks = [] }) => checks),
    manifests: toProbes(found.flatMap(({ containers = [] }) => containers)),
  }
  if (!hasPackageJson && app.environmentNames.length + app.services.length + app.manifests.length === 0) {
    throw new UsageError(
      `There is no package.json in ${folder}, nor a manifest, a Compose file or a .env. Name the app's folder: hale doctor path/to/app`,
    )
  }
  return { ...app, hasPackageJson, unread: unread.toSorted() }
}

async function readOne(path: string, file: string, files: readonly string[]): Promise<FileFacts> {
  const name = basename(path)
  // Editors on Windows begin a file with the mark of its byte order.
  const text = (await readFile(path, 'utf8')).replace(/^\uFEFF/, '')
  if (name === 'package.json') return { dependencies: readPackageJson(text) }
  if (LOCK.test(name)) return { dependencies: readLock(text, name) }
  if (SOURCE.test(name)) return readSource(text, file)
  if (!YAML.test(name)) return readDotenv(text)
  if (isCompose(name)) return readCompose(text, file)
  const [, chart] = /^(.*)\/templates\//.exec(path) ?? []
  const values = chart === undefined ? undefined : files.find((each) => each === join(chart, 'values.yaml'))
  if (!text.includes('{{')) return readServeFile(text, file) ?? readManifest(text, file)
  return readManifest(fillTemplate(text, values && parse(await readFile(values, 'utf8'))), file)
}

interface Found {
  readonly files: readonly string[]
  readonly unread: string[]
}

/** Files that may say something, of bounded number and size, the nearest first; links are not followed. */
async function filesOf(folder: string): Promise<Found> {
  const files: string[] = []
  const unread: string[] = []
  const folders = [folder]
  for (const each of folders) {
    const entries = await readdir(each, { withFileTypes: true }).catch(() => undefined)
    if (entries === undefined) {
      if (each === folder)
        throw new UsageError(`The folder ${folder} cannot be read. See whether it is there, and is yours.`)
      unread.push(`${relative(folder, each)}/`)
    }
    for (const entry of entries?.toSorted((a, b) => a.name.localeCompare(b.name)) ?? []) {
      const path = join(each, entry.name)
      if (entry.isDirectory() && !PASSED_OVER.test(entry.name)) folders.push(path)
      if (!entry.isFile() || !says(entry.name)) continue
      const { size } = await stat(path)
      if (size > (LOCK.test(entry.name) ? 32 * MOST_BYTES : MOST_BYTES))
        unread.push(`${relative(folder, path)} (too large)`)
      else files.push(path)
      if (files.length >= MOST_FILES) return { files, unread: [...unread, `all but the first ${MOST_FILES} files`] }
    }
    if (folders.length > MOST_FOLDERS)
      return { files, unread: [...unread, `all but the first ${MOST_FOLDERS} folders`] }
  }
  return { files, unread }
}

const says = (name: string): boolean =>
  name === 'package.json' || LOCK.test(name) || SOURCE.test(name) || YAML.test(name) || /^\.env(?:\..+)?$/.test(name)
