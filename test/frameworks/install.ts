import { execFile } from 'node:child_process'
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { library } from '../harness/entry-points.ts'

const run = promisify(execFile)
const apps = fileURLToPath(new URL('./apps', import.meta.url))
/** Not below `node_modules`: bundlers leave alone what lies there. */
const folder = fileURLToPath(new URL('../../test-results/frameworks', import.meta.url))

/**
 * The folder with the apps, the built library and the frameworks that are too heavy for the repository's own
 * `npm install`; these are installed once.
 *
 * @throws {Error} when npm cannot install them.
 */
export async function installFrameworks(): Promise<string> {
  const manifest = (where: string): string => {
    const file = join(where, 'package.json')
    return existsSync(file) ? readFileSync(file, 'utf8') : ''
  }
  const known = manifest(folder) === manifest(apps) && existsSync(join(folder, 'node_modules/.package-lock.json'))
  for (const app of ['next/app', 'nitro/server']) rmSync(join(folder, app), { recursive: true, force: true })
  cpSync(apps, folder, { recursive: true })
  if (!known) {
    console.log('Installing Next.js, Nitro, Elysia and workerd for the tests of the adapters (once) …')
    await run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'], { cwd: folder })
  }
  const installed = join(folder, 'node_modules/hale')
  rmSync(installed, { recursive: true, force: true })
  for (const part of ['package.json', 'dist']) cpSync(join(library, part), join(installed, part), { recursive: true })
  return folder
}
