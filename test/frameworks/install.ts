import { cpSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { library } from '../harness/entry-points.ts'
import { installOnce } from '../harness/install-once.ts'

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
  await installOnce('Next.js, Nitro, Elysia and workerd', join(apps, 'package.json'), folder)
  for (const app of readdirSync(apps)) cpSync(join(apps, app), join(folder, app), { recursive: true })
  const installed = join(folder, 'node_modules/hale')
  rmSync(installed, { recursive: true, force: true })
  for (const part of ['package.json', 'dist']) cpSync(join(library, part), join(installed, part), { recursive: true })
  return folder
}
