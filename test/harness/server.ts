import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensurePackages, findBinary, type Binary } from './packages.ts'
import { freePort } from './ports.ts'

/** A private instance of a real server. Stop it, or hold it with `await using`. */
export interface RealServer extends AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly url: string
  readonly pid: number
  /** Where it keeps its data; removed when it stops. */
  readonly folder: string
  /** Ends it and removes its folder. Harmless when it has stopped. */
  stop(): Promise<void>
  /**
   * Stops it and its children in their tracks (SIGSTOP): connections stay open, nothing answers once this is resolved. It
   * goes on when the pause is disposed of: hold it with `using`, or a test that fails meanwhile leaves it stopped.
   */
  pause(): Promise<Disposable>
}

/** Where one instance lives. */
export interface Place {
  readonly host: string
  readonly port: number
  readonly folder: string
}

/** How one kind of server is started. A new kind is one of these; see `redis.ts`. */
export interface ServerKind {
  /** A program of Debian's, or `node` for a server that comes from npm. */
  readonly binary: Binary | 'node'
  /** Where that program is, when what is on the path only wraps it. */
  readonly path?: string
  /** Runs before it starts, as the user that it will run as: writes configuration, creates a database. */
  readonly prepare?: (place: Place, run: RunTool) => Promise<void>
  readonly args: (place: Place) => readonly string[]
  /** More of the environment. Default: none. */
  readonly env?: (place: Place) => Readonly<Record<string, string>>
  /** What it prints when it serves; a group `port` says where, when it chooses that itself. */
  readonly ready: RegExp
  readonly url: (place: Place) => string
  /** Ends it at once without harm. Default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals
  /** True when it refuses to run as root. */
  readonly unprivileged?: boolean
  /** Default: a free one. */
  readonly port?: number
}

/** Runs a tool of the server's to its end; rejects with its output when it fails. */
export type RunTool = (binary: string, args: readonly string[]) => Promise<void>

const READY_WITHIN_MS = 100_000

/** Starts one private instance on loopback, in a temporary folder. */
export async function startServer(kind: ServerKind): Promise<RealServer> {
  if (kind.binary !== 'node') ensurePackages([kind.binary])
  const user = kind.unprivileged === true ? unprivilegedUser() : {}
  const folder = await mkdtemp(join(tmpdir(), `hale-${kind.binary}-`))
  if ('uid' in user) chownSync(folder, user.uid, user.gid)
  const place: Place = { host: '127.0.0.1', port: kind.port ?? (await freePort()), folder }
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC', ...kind.env?.(place) }

  const start = (binary: string, args: readonly string[]): ChildProcess =>
    spawn(binary === 'node' ? process.execPath : (findBinary(binary) ?? binary), args, {
      ...user,
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  try {
    await kind.prepare?.(place, async (binary, args) => ended(start(binary, args)))
    const child = start(kind.path ?? kind.binary, kind.args(place))
    const port = (await untilReady(child, kind)).groups?.['port']
    return new Instance(child, kind, port === undefined ? place : { ...place, port: Number(port) })
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

class Instance implements RealServer {
  readonly host: string
  readonly port: number
  readonly folder: string
  readonly url: string
  readonly pid: number
  readonly #child: ChildProcess
  readonly #stopSignal: NodeJS.Signals
  readonly #atExit = (): void => void this.#child.kill('SIGKILL')

  constructor(child: ChildProcess, kind: ServerKind, place: Place) {
    this.host = place.host
    this.port = place.port
    this.folder = place.folder
    this.url = kind.url(place)
    this.pid = child.pid ?? 0
    this.#child = child
    this.#stopSignal = kind.stopSignal ?? 'SIGTERM'
    process.once('exit', this.#atExit)
  }

  async pause(): Promise<Disposable> {
    this.#signal('SIGSTOP')
    // The kernel stops thread by thread, and one that runs on another core may still answer; a child may just have been born.
    while (this.#family().some((pid) => !isStopped(pid))) {
      await sleep(1)
      this.#signal('SIGSTOP')
    }
    return { [Symbol.dispose]: () => this.#signal('SIGCONT') }
  }

  async stop(): Promise<void> {
    process.off('exit', this.#atExit)
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exit = once(this.#child, 'exit')
      this.#child.kill(this.#stopSignal)
      this.#signal('SIGCONT')
      const tooLong = setTimeout(() => this.#child.kill('SIGKILL'), 5_000)
      await exit
      clearTimeout(tooLong)
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  #signal(signal: NodeJS.Signals): void {
    for (const pid of this.#family()) {
      try {
        process.kill(pid, signal)
      } catch {
        // It ended meanwhile.
      }
    }
  }

  /** The server and its own children (PostgreSQL serves each connection from one); nobody else's. */
  #family(): number[] {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return []
    return [
      this.pid,
      ...readdirSync('/proc')
        .filter((name) => parentOf(name) === this.pid)
        .map(Number),
    ]
  }
}

function parentOf(pid: string): number | undefined {
  if (!/^\d+$/.test(pid)) return undefined
  const parent = statOf(`/proc/${pid}/stat`)[1]
  return parent === undefined ? undefined : Number(parent)
}

/** Whether all its threads are stopped (T), or have ended. */
function isStopped(pid: number): boolean {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    return threads.every((thread) => /^[TZX]?$/.test(statOf(`/proc/${pid}/task/${thread}/stat`)[0] ?? ''))
  } catch {
    return true // ended meanwhile
  }
}

/** State, parent, …; empty when it ended meanwhile. */
function statOf(path: string): string[] {
  try {
    // "pid (name) state ppid …"; the name may hold brackets and spaces.
    const stat = readFileSync(path, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}

async function untilReady(child: ChildProcess, kind: ServerKind): Promise<RegExpExecArray> {
  let output = ''
  const said = await new Promise<RegExpExecArray>((resolve, reject) => {
    const fail = (why: string): void => {
      child.kill('SIGKILL')
      reject(new Error(`${kind.binary} ${why}. It said:\n${output.slice(-2_000)}`))
    }
    const timer = setTimeout(() => fail(`was not ready within ${READY_WITHIN_MS} ms`), READY_WITHIN_MS)
    const listen = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-16_384)
      const found = kind.ready.exec(output)
      if (found !== null) settle(() => resolve(found))
    }
    const settle = (done: () => void): void => {
      clearTimeout(timer)
      done()
    }
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
    child.once('error', (error) => settle(() => fail(`did not start: ${error.message}`)))
    child.once('exit', (code, signal) => settle(() => fail(`ended with ${code ?? signal}`)))
  })
  // Go on reading, or a full pipe would block it; stop keeping.
  child.stdout?.removeAllListeners('data').resume()
  child.stderr?.removeAllListeners('data').resume()
  return said
}

async function ended(child: ChildProcess): Promise<void> {
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${child.spawnargs.join(' ')} ended with ${code}:\n${output.slice(-2_000)}`)
}

/** `postgres` where Debian made it, else `nobody`; nothing when we are not root and are unprivileged anyway. */
function unprivilegedUser(): { uid: number; gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {}
  const users = readFileSync('/etc/passwd', 'utf8').split('\n')
  const line = ['postgres:', 'nobody:'].map((name) => users.find((user) => user.startsWith(name))).find(Boolean)
  const [, , uid, gid] = line?.split(':') ?? []
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) }
}
