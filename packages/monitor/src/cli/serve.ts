import type { AddressInfo } from 'node:net'
import { formatDuration, type CheckReport } from 'hale'
import { serve as listen, shutDownOnSignal } from 'hale/http/node'
import { statusWord } from '../channels/status-word.ts'
import { plainText } from '../plain-text.ts'
import { isInstalled } from '../serve/installed.ts'
import { openServe, type Served } from '../serve/open-serve.ts'
import { VERSION } from '../version.ts'
import { createLogger } from './logger.ts'
import type { Terminal } from './terminal.ts'

export interface ServeCommand {
  /** Name of the file, for problems. */
  readonly file: string
  readonly text: string
  readonly env: NodeJS.ProcessEnv
  /** In place of the file's port. */
  readonly port: number | undefined
}

const LONGEST_NAME = 32
const LONGEST_MESSAGE = 160

/** Says what is wrong with a file for `hale serve`, or that nothing is. Asks nothing. */
export async function checkServeFile(
  { env, file, text }: Omit<ServeCommand, 'port'>,
  terminal: Terminal,
): Promise<void> {
  const served = await openServe(text, { file, env, isInstalled, mode: 'on-request' })
  await served.health.close()
  const told = served.exporters.length === 0 ? '' : `, told to ${namesOf(served)}`
  terminal.print(`${file} is fine: ${count(served)}, served at ${addressOf(served, served.port)}${told}.`)
}

/** `hale serve`: answers health requests beside an app until the process is told to stop. */
export async function serve({ env, file, port, text }: ServeCommand, terminal: Terminal): Promise<void> {
  const log = createLogger(terminal)
  const logger = { error: (message: string, err: unknown) => log.info({ err }, message) }
  const served = await openServe(text, { file, env, isInstalled, logger })
  const { handler, health, host } = served
  const server = await listen(health, {
    ...handler,
    port: port ?? served.port,
    ...(host === undefined ? {} : { host }),
  }).catch(async (error: unknown) => {
    await health.close()
    throw error
  })
  const exporters = await Promise.all(served.exporters.map((each) => each.start(health, logger)))
  // Each tells what is left while the listener closes.
  shutDownOnSignal(health, [server, ...exporters], { grace: served.grace })
  sayStop(terminal)
  greet(served, (server.address() as AddressInfo).port, terminal)

  const toLine = createCheckLines(served, terminal)
  const first = await health.report()
  for (const { name } of served.checks) terminal.print(toLine(name, first.checks[name]))
  terminal.print()
  terminal.print(terminal.paint('dim', `  The whole is ${first.status}. What changes is said here; Ctrl-C stops.`))
  terminal.print()
  health.on('transition', ({ check }) => {
    // The report has what is believed now, with its words made safe.
    const { checks } = health.view({ check }).report()
    terminal.print(toLine(check, checks[check]))
  })
}

/** The drain takes some seconds, in which somebody at a terminal wants to know what is going on, or not to wait. */
function sayStop({ paint, print }: Terminal): void {
  let interrupts = 0
  let said = false
  const say = (signal: NodeJS.Signals): void => {
    if (signal === 'SIGINT') interrupts += 1
    if (interrupts > 1) process.exit(130)
    if (said) return
    said = true
    print()
    print(paint('dim', '  Stopping: not ready any more; the listener closes once balancers know. Ctrl-C ends at once.'))
  }
  process.on('SIGINT', say)
  process.on('SIGTERM', say)
}

function greet(served: Served, port: number, { paint, print }: Terminal): void {
  const { handler } = served
  const locked = (handler.keys ?? []).length > 0 || handler.access !== undefined
  print()
  print(`  ${paint('bold', 'hale')} ${VERSION} checks ${count(served).replace(' checks', ' things')}`)
  print()
  print(`  Ask   ${paint(['cyan', 'underline'], addressOf(served, port))}`)
  print(paint('dim', '        below it /live /ready /startup /checks/<name> /metrics'))
  if (served.exporters.length > 0) print(paint('dim', `  Tells ${namesOf(served)}`))
  if (!locked) print(paint('dim', '        says the status and no more: name keys under serve.keys to see the report'))
  print()
}

function count({ checks }: Served): string {
  return checks.length === 1 ? '1 check' : `${checks.length} checks`
}

function namesOf({ exporters }: Served): string {
  return exporters.map(({ name }) => name).join(', ')
}

function addressOf({ handler, host = '0.0.0.0' }: Served, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}${handler.basePath}`
}

/** One line a check, aligned with those of the others: `● healthy      database      2 ms  postgres`. */
function createCheckLines(
  { checks }: Served,
  terminal: Terminal,
): (name: string, check: CheckReport | undefined) => string {
  const width = Math.min(LONGEST_NAME, Math.max(0, ...checks.map(({ name }) => name.length)))
  const types = new Map(checks.map(({ name, type }) => [name, type]))
  return (name, check) => {
    const { code, durationMs, message = '', status } = check ?? { status: 'unknown' as const }
    const took = (durationMs === undefined ? '' : formatDuration(Math.round(durationMs))).padStart(8)
    const said = [code, message].filter((text) => text !== undefined && text !== '').join(': ')
    const rest = status === 'healthy' ? terminal.paint('dim', types.get(name) ?? '') : plainText(said, LONGEST_MESSAGE)
    const label = plainText(name, LONGEST_NAME).padEnd(width)
    return `  ${statusWord(terminal.paint, status)}  ${label}  ${terminal.paint('dim', took)}  ${rest}`
  }
}
