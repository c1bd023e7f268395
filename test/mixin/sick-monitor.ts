import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { startHale } from '../harness/hale-command.ts'
import { freePort } from '../harness/ports.ts'

/** A monitor whose store can be made to fail. */
export interface SickMonitor extends AsyncDisposable {
  /** Host and port. */
  readonly address: string
  /** The store refuses what it is given, for good, or takes it again. */
  refuse(on: boolean): void
  /** The disk takes no more, or takes it again. */
  fillDisk(full: boolean): Promise<void>
}

/** Starts the real `hale up`, which watches this app every second, over a real SQLite file. */
export async function startSickMonitor(app: string): Promise<SickMonitor> {
  const folder = await mkdtemp(join(tmpdir(), 'hale-sick-'))
  const port = await freePort()
  const target = { name: 'orders', url: `http://${app}/health`, every: '1s' }
  // JSON is YAML.
  const config = { server: { host: '127.0.0.1', port }, store: 'sqlite:./data', targets: [target] }
  await writeFile(join(folder, 'hale.yaml'), JSON.stringify(config))
  const hale = startHale(['up'], { cwd: folder })
  await hale.seen(/\/login\?token=/)
  return {
    address: `127.0.0.1:${port}`,
    refuse(on) {
      const database = new DatabaseSync(join(folder, 'data/hale.db'))
      database.exec(
        on
          ? `create trigger if not exists refuse before update of tick on shard begin select raise(abort, 'no'); end`
          : 'drop trigger if exists refuse',
      )
      database.close()
    },
    // Of a write beyond the limit the system says as much as of one to a full disk, to this process alone.
    async fillDisk(full) {
      const limit = full ? '--fsize=4096:unlimited' : '--fsize=unlimited:unlimited'
      await promisify(execFile)('prlimit', ['--pid', String(hale.pid), limit])
    },
    async [Symbol.asyncDispose]() {
      await hale[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
