import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installOnce } from './install-once.ts'
import { findBinary } from './packages.ts'

const manifest = fileURLToPath(new URL('../package/runtimes/package.json', import.meta.url))
const folder = fileURLToPath(new URL('../../node_modules/.cache/runtimes', import.meta.url))

/**
 * The program of another runtime: the machine's own Node 20 where it has one, else what npm ships, installed once.
 *
 * @throws {Error} when npm cannot install it.
 */
export async function findRuntime(name: 'node20' | 'bun' | 'deno'): Promise<string> {
  const own = name === 'node20' ? findNode20() : undefined
  if (own !== undefined) return own
  await installOnce('Node 20, Bun and Deno', manifest, folder)
  return join(folder, 'node_modules/.bin', name === 'node20' ? 'node' : name)
}

/** Outside of `npm run`, which puts the repository's Node first, `node` is the machine's. */
function findNode20(): string | undefined {
  const path = (process.env['PATH'] ?? '').split(':').filter((entry) => !entry.includes('node_modules'))
  const node = path.map((entry) => join(entry, 'node')).find((file) => existsSync(file)) ?? findBinary('nodejs')
  if (node === undefined) return undefined
  return execFileSync(node, ['--version'], { encoding: 'utf8' }).startsWith('v20.') ? node : undefined
}
