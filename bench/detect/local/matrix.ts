import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, mkdir, rm } from 'node:fs/promises'
import { request, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { ensurePackages } from '../../../test/harness/packages.ts'
import { meetFault, type Trial } from '../cell.ts'
import { KEY, READ_EVERY_MS, type Answer, type Endpoint } from '../contender.ts'
import { LOCAL_FAULTS } from './all.ts'
import type { LocalFault } from './fault.ts'
import { MOST_FILES, MOST_HEAP_MIB } from './process.ts'

const program = fileURLToPath(new URL('./app.ts', import.meta.url))

/** What one fault came to, or why it could not be tried. */
export interface LocalRow {
  readonly fault: LocalFault
  readonly found: readonly Trial[] | string
}

/** One task a fault: puts its check through it, so many times. */
export function localTasks(times: number): readonly (() => Promise<LocalRow>)[] {
  ensurePackages(['ping', 'ip'])
  return LOCAL_FAULTS.map((fault, number) => async () => {
    try {
      return { fault, found: await tryLocal(number, `${fault.check}, ${fault.fault}`, times) }
    } catch (error) {
      return { fault, found: `could not be tried: ${String(error).replaceAll(/\s+/g, ' ').slice(0, 200)}` }
    }
  })
}

async function tryLocal(number: number, name: string, times: number): Promise<readonly Trial[]> {
  const folder = await mkdtemp(join(tmpdir(), 'hale-bench-local-'))
  const socket = join(folder, 'endpoint')
  const own = join(folder, 'own')
  await mkdir(own)
  const child = startApp([String(number), own, socket])
  try {
    const tell = await listenTo(child)
    const app: Endpoint = {
      readEveryMs: READ_EVERY_MS,
      ask: (withinMs) => ask(socket, withinMs),
    }
    const trials: Trial[] = []
    for (let n = 0; n < times; n += 1) {
      const bring = async (): Promise<() => Promise<void>> => {
        await tell('bring')
        return () => tell('mend')
      }
      trials.push(await meetFault(app, name, bring))
    }
    return trials
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit')
      child.disconnect()
      await exit
    }
    await rm(folder, { recursive: true })
  }
}

/** With a network and a file system of its own, so that nothing of this machine is touched. */
function startApp(args: readonly string[]): ChildProcess {
  const limited = ['--nofile=' + MOST_FILES, 'unshare', '--net', '--mount', '--map-root-user']
  const node = [process.execPath, '--expose-gc', `--max-old-space-size=${MOST_HEAP_MIB}`, program, ...args]
  return spawn('prlimit', [...limited, ...node], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
}

/** Waits until it listens, and gives what tells it a word and waits until it is done. */
async function listenTo(child: ChildProcess): Promise<(word: 'bring' | 'mend') => Promise<void>> {
  let complaint = ''
  child.stderr?.on('data', (bytes: Buffer) => (complaint = (complaint + bytes.toString()).slice(-2_000)))
  const answer = async (): Promise<void> => {
    const [ended] = await Promise.race([once(child, 'message').then(() => []), once(child, 'exit')])
    if (ended !== undefined) throw new Error(`Its process ended: ${complaint}`)
  }
  await answer()
  return async (word) => {
    const answered = answer()
    child.send(word)
    await answered
  }
}

async function ask(socketPath: string, withinMs: number): Promise<Answer> {
  const signal = AbortSignal.timeout(Math.ceil(withinMs))
  try {
    const question = request({ socketPath, path: '/health', headers: { 'x-api-key': KEY }, signal }).end()
    const [answer] = (await once(question, 'response')) as [IncomingMessage]
    const { subject } = ((await json(answer)) as { checks: { subject: { status: string; code?: string } } }).checks
    // Degraded counts as well: most of these checks warn before all is lost.
    const said = subject.code === undefined ? subject.status : `${subject.status} ${subject.code}`
    return { well: subject.status === 'healthy', said }
  } catch (error) {
    return { well: undefined, said: signal.aborted ? 'no answer' : `failed: ${String(error)}` }
  }
}
