import { mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let made = 0

/**
 * A new folder for files of a test. What `mkdtemp` draws looks like a key now and then (1.8 % of runs, with a word or two
 * around it), and messages that name it have *** there.
 */
export function makeFolder(name: string): string {
  const folder = join(tmpdir(), `hale-${name}-${process.pid}-${++made}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  return folder
}
