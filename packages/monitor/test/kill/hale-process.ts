import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { COMPILE_CACHE } from '../../../../test/harness/compile-cache.ts'

const HALE = fileURLToPath(new URL('../../src/cli/hale.ts', import.meta.url))

/** One life of the monitor, as a person starts it. */
export interface HaleProcess {
  readonly child: ChildProcess
  /** Resolves when it has printed its address, since everything runs; or when it has ended before. */
  readonly ready: Promise<void>
  /** Whether it has printed its address. */
  isReady(): boolean
  /** Resolves with what ended it, once all that it printed was read. */
  readonly ended: Promise<Ending>
  /** All that it printed. */
  output(): string
}

interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** Starts `hale up` in a folder with a `hale.yaml`. */
export function startHale(folder: string): HaleProcess {
  const child = spawn(process.execPath, [HALE, 'up'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: COMPILE_CACHE },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const isReady = (): boolean => output.includes('/login?token=')
  const { promise: ready, resolve } = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (isReady()) resolve()
    })
  }
  const ended = new Promise<Ending>((settle) => {
    child.on('close', (code, signal) => {
      resolve()
      settle({ code, signal })
    })
  })
  return { child, ready, isReady, ended, output: () => output }
}
