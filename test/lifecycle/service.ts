import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('./instance.ts', import.meta.url))
// Dozens of processes that start with the same code.
const compileCache = fileURLToPath(new URL('../../node_modules/.cache/lifecycle', import.meta.url))
const DEADLINE_MS = 60_000

/** The instances of a service, each on a port of its own. */
export class Service implements AsyncDisposable {
  /** The ids of the POSTs served. */
  readonly posts: string[] = []
  readonly #running = new Map<number, ChildProcess>()
  readonly #all = new Set<ChildProcess>()
  readonly #endings: Promise<unknown>[] = []

  /** Resolves when it is ready. */
  async start(port: number): Promise<void> {
    const child = spawn(process.execPath, [script, String(port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    })
    createInterface(child.stdout).on('line', (id) => this.posts.push(id))
    this.#running.set(port, child)
    this.#all.add(child)
    await until(() => isReady(port), `the instance on port ${port} is ready`)
  }

  /** Tells one to end, and starts the next on its port as soon as that is free: the old one may have connections still. */
  async restart(port: number): Promise<void> {
    const old = this.#running.get(port)
    if (old === undefined) throw new Error(`there is no instance on port ${port}`)
    this.#endings.push(once(old, 'close'))
    old.kill('SIGTERM')
    await until(() => isFree(port), `the instance on port ${port} has closed its listener`)
    await this.start(port)
  }

  /** The exit codes of all that were told to end. */
  async exits(): Promise<Set<unknown>> {
    const ended = (await Promise.all(this.#endings)) as [number | null, NodeJS.Signals | null][]
    return new Set(ended.map(([code, signal]) => code ?? signal))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#all) child.kill('SIGKILL')
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, { headers: { connection: 'close' } })
    await answer.text()
    return answer.ok
  } catch {
    return false
  }
}

async function isFree(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  return new Promise<boolean>((resolve) => {
    socket.on('connect', () => resolve(false)).on('error', () => resolve(true))
  }).finally(() => socket.destroy())
}

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + DEADLINE_MS
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${DEADLINE_MS} ms in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
