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
  /** Where it serves: the port, or what it prints with the port as first group. */
  readonly port: number | RegExp
}

const READY_WITHIN_MS = 60_000

/**
 * Starts a program and waits until it answers on loopback.
 *
 * @throws {Error} with what it printed, when it ends before or does not serve in time.
 */
export async function startProgram(
  program: string,
  args: readonly string[],
  { cwd, env = {}, port }: ProgramOptions,
): Promise<ServingProgram> {
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close').catch(() => undefined)
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text))
  }
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  const end = performance.now() + READY_WITHIN_MS
  while (child.exitCode === null && child.signalCode === null && performance.now() < end) {
    const known = typeof port === 'number' ? port : port.exec(printed)?.[1]
    const url = `http://127.0.0.1:${known}`
    if (known !== undefined && (await answers(url))) return { url, stop }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await stop()
  throw new Error(`${program} ${args.join(' ')} does not serve; it printed:\n${printed}`)
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    async (answer) => (await answer.body?.cancel(), true),
    () => false,
  )
}
