import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** A program that serves, in a process of its own. */
export interface ServingProgram {
  readonly url: string
  stop(): Promise<void>
}

export interface ProgramOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** What it prints when it serves; the first group is its port. */
  readonly ready: RegExp
}

const READY_WITHIN_MS = 60_000

/**
 * Starts a program and waits until it says that it serves on loopback.
 *
 * @throws {Error} with what it printed, when it ends before or does not serve in time.
 */
export async function startProgram(
  program: string,
  args: readonly string[],
  { cwd, env = {}, ready }: ProgramOptions,
): Promise<ServingProgram> {
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  let printed = ''
  const port = await new Promise<string>((resolve, reject) => {
    const fail = (): void => reject(new Error(`${program} ${args.join(' ')} does not serve; it printed:\n${printed}`))
    const tooLong = setTimeout(fail, READY_WITHIN_MS)
    const look = (text: string): void => {
      printed += text
      const found = ready.exec(printed)?.[1]
      if (found === undefined) return
      clearTimeout(tooLong)
      resolve(found)
    }
    child.stdout.setEncoding('utf8').on('data', look)
    child.stderr.setEncoding('utf8').on('data', look)
    child.once('error', fail).once('close', fail)
  })
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  return { url: `http://127.0.0.1:${port}`, stop }
}
