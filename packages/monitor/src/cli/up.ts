import { fileURLToPath } from 'node:url'
import type { Print } from '../channels/channel.ts'
import type { MonitorConfig } from '../config/monitor-config.ts'
import { run, type Running } from '../run.ts'
import { VERSION } from '../version.ts'
import { createLogger } from './logger.ts'
import { createTargetLines, type Terminal } from './terminal.ts'

/** Ctrl-C has the process end within five seconds, whatever hangs. */
const STOP_WITHIN_MS = 4_500
const DASHBOARD = fileURLToPath(new URL('../dashboard', import.meta.url))

/** Time after which what channels print is no longer held back for the first answers. */
const HOLD_MS = 5_000

/** Runs the monitor until it is told to stop. Resolves when it has drained. */
export async function up(config: MonitorConfig, terminal: Terminal): Promise<void> {
  const stop = new AbortController()
  listenForSignals(stop, terminal)
  const gate = createGate(terminal.print)
  stop.signal.addEventListener('abort', gate.open)
  await run(config, {
    signal: stop.signal,
    logger: createLogger(terminal),
    version: VERSION,
    print: gate.print,
    colour: terminal.colour,
    dashboardFolder: DASHBOARD,
    onReady(running) {
      greet(running, config, terminal)
      followFirstAnswers(running, config, terminal, () => {
        gate.open()
        // Whoever started this one with a channel to it may have something to add.
        process.send?.('seen')
      })
      setTimeout(gate.open, HOLD_MS).unref()
    },
  })
  gate.open()
}

/** Holds lines back until it is opened, so that nothing comes between the first ones. What is held is not yet printed (M3). */
function createGate(print: Terminal['print']): { readonly print: Print; readonly open: () => void } {
  const opened = Promise.withResolvers<void>()
  return {
    async print(line) {
      await opened.promise
      return print(line)
    },
    open: () => opened.resolve(),
  }
}

/**
 * The first signal drains; a second Ctrl-C ends at once. A second SIGTERM is a supervisor's habit and changes nothing, and
 * so does the SIGTERM of a parent that heard the same Ctrl-C, whichever of the two comes first.
 */
function listenForSignals(stop: AbortController, { print, paint }: Terminal): void {
  let interrupts = 0
  const end = (signal: NodeJS.Signals): void => {
    if (signal === 'SIGINT') interrupts += 1
    if (!stop.signal.aborted) {
      print()
      print(paint('dim', '  Stopping: what was probed is committed, what is not sent yet stays in the outbox …'))
      stop.abort()
      setTimeout(() => {
        print('  Something hangs; ended without waiting for it. Nothing that was committed is lost.')
        process.exit(0)
      }, STOP_WITHIN_MS).unref()
    } else if (interrupts > 1) {
      process.exit(130)
    }
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
}

function greet(running: Running, { targets }: MonitorConfig, { print, paint }: Terminal): void {
  const { url, address, firstKey } = running
  const what = targets.length === 1 ? '1 target' : `${targets.length} targets`
  print()
  print(`  ${paint('bold', 'hale')} ${VERSION} watches ${what}`)
  print()
  print(`  Open  ${paint(['cyan', 'underline'], running.loginLink())}`)
  print(paint('dim', `        signs you in once, within 15 minutes; later: ${url}`))
  if (url !== address) print(paint('dim', `        on this machine: ${address}`))
  if (firstKey !== undefined) {
    print(`  Key   ${paint('bold', firstKey)}`)
    print(paint('dim', '        for the API (X-API-Key) and for signing in; shown this once. More: hale key add'))
  }
  print()
}

/** Prints every target when its first answer is there; what happens after all are, the console channel says. */
function followFirstAnswers(
  { picture }: Running,
  { targets }: MonitorConfig,
  terminal: Terminal,
  onAll: () => void,
): void {
  const toLine = createTargetLines(
    terminal,
    targets.map(({ name }) => name),
  )
  const waiting = new Set(targets.map(({ id }) => id))
  const show = (): void => {
    for (const target of picture.summaries()) {
      if (target.code !== 'PENDING' && waiting.delete(target.id)) terminal.print(toLine(target))
    }
    if (waiting.size > 0 || targets.length === 0) return
    stop()
    terminal.print()
    terminal.print(terminal.paint('dim', `  ${picture.verdict().sentence}. Ctrl-C stops.`))
    terminal.print()
    onAll()
  }
  const stop = picture.subscribe(show)
  show()
}
