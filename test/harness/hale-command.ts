import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { COMPILE_CACHE } from './compile-cache.ts'

const HALE = fileURLToPath(new URL('../../packages/monitor/src/cli/hale.ts', import.meta.url))

/** The `hale` command at work. Hold it with `await using`: it is killed if it still runs. */
export interface HaleCommand extends AsyncDisposable {
  readonly pid: number
  /** Waits until it has printed this. Rejects with all it said when it ends before. */
  readonly seen: (pattern: RegExp) => Promise<RegExpExecArray>
  /** All it said so far. */
  readonly output: () => string
  readonly signal: (signal: NodeJS.Signals) => void
  /** Its exit code. */
  readonly ended: Promise<number | null>
}

/** Starts `hale` with these arguments and this environment, and `PATH`. */
export function startHale(
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): HaleCommand {
  const child = spawn(process.execPath, [HALE, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
  })
  let said = ''
  const waiting = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      for (const look of waiting) look()
    })
  }
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', resolve)
  })
  return {
    pid: child.pid ?? 0,
    ended,
    output: () => said,
    signal: (signal) => void child.kill(signal),
    seen: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(said)
          if (found === null) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
        void ended.then((code) => reject(new Error(`ended with ${code} before ${String(pattern)}:\n${said}`)))
      }),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await ended
    },
  }
}
