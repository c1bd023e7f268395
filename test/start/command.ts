import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'

/** A command as a person types it: in a process group of its own, as a terminal has it. */
export interface Typed {
  /** Resolves with the exit code once everything that could write has ended. */
  readonly ended: Promise<number | null>
  output(): string
  /** Resolves when the output matches; rejects when the command ends before. */
  seen(pattern: RegExp): Promise<RegExpExecArray>
  /** What Ctrl-C does: SIGINT to every process of the group. */
  pressCtrlC(): void
  /** Whether any process of the group is alive. */
  isAlive(): boolean
  kill(): void
}

export function type(command: readonly string[], env: Readonly<Record<string, string>>, cwd: string): Typed {
  const [name = '', ...args] = command
  const { PATH = '', HOME = '', TMPDIR = tmpdir() } = process.env
  const child = spawn(name, args, {
    cwd,
    env: { PATH, HOME, TMPDIR, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const group = -(child.pid ?? 0)
  let output = ''
  const looking = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      for (const look of looking) look()
    })
  }
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', resolve)
  })
  const signal = (kind: NodeJS.Signals | 0): boolean => {
    try {
      return process.kill(group, kind)
    } catch {
      return false
    }
  }
  return {
    ended,
    output: () => output,
    seen: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(output)
          if (found === null) return
          looking.delete(look)
          resolve(found)
        }
        looking.add(look)
        look()
        void ended.then((code) => reject(new Error(`ended with ${code} before ${String(pattern)}:\n${output}`)))
      }),
    pressCtrlC: () => void signal('SIGINT'),
    isAlive: () => signal(0),
    kill: () => void signal('SIGKILL'),
  }
}
