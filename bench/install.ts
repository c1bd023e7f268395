import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Installs what a package.json names into a folder, for a benchmark only, unless it is there already. */
export function install(into: string, manifest: string): void {
  const file = join(into, 'package.json')
  if (existsSync(join(into, 'node_modules')) && existsSync(file) && readFileSync(file, 'utf8') === manifest) return
  rmSync(into, { recursive: true, force: true })
  mkdirSync(into, { recursive: true })
  writeFileSync(file, manifest)
  // Some of them have not yet said that they work with the newest of the others; they do.
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--legacy-peer-deps', '--ignore-scripts']
  execFileSync('npm', ['install', ...quiet], { cwd: into, stdio: ['ignore', 'ignore', 'inherit'] })
}
