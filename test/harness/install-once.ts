import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Milliseconds for a test that may have to wait for an installation, on a machine that does other work. */
export const INSTALL_WITHIN_MS = 300_000

/**
 * Installs what a package.json names into a folder, unless it is there already. Test files run side by side: one installs,
 * the others wait for it.
 *
 * @param flags further ones for npm.
 * @throws {Error} when npm cannot install it.
 */
export async function installOnce(
  what: string,
  manifest: string,
  folder: string,
  flags: readonly string[] = [],
): Promise<void> {
  const wanted = readFileSync(manifest, 'utf8')
  const done = join(folder, 'installed.json')
  const isDone = (): boolean => existsSync(done) && readFileSync(done, 'utf8') === wanted
  mkdirSync(folder, { recursive: true })
  const lock = join(folder, 'installing.pid')
  while (!isDone()) {
    if (!tryLock(lock)) {
      await sleep(200)
      continue
    }
    try {
      if (isDone()) return
      console.log(`Installing ${what} for the tests (once) …`)
      writeFileSync(join(folder, 'package.json'), wanted)
      const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error']
      await run('npm', ['install', ...quiet, ...flags], { cwd: folder })
      writeFileSync(done, wanted)
    } finally {
      rmSync(lock, { force: true })
    }
  }
}

/** True when this process has it now; one whose process has ended is taken away, for the next try. */
function tryLock(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    const pid = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0
    if (pid > 0 && !existsSync(`/proc/${pid}`)) rmSync(lock, { force: true })
    return false
  }
}
