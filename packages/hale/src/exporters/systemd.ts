import { execFile } from 'node:child_process'
import type { Probe } from '../core/check.ts'
import type { Health } from '../core/health.ts'
import { guardLogger, type Logger } from '../core/logger.ts'
import type { Report } from '../core/report.ts'
import { isObject, loggerRule, optional, type Rules } from '../core/rules.ts'
import { refuseMisuse } from './support/options.ts'

export interface SystemdOptions {
  /** Where systemd says how to be told: `NOTIFY_SOCKET`, `WATCHDOG_USEC`, `WATCHDOG_PID`. Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Told once when systemd cannot be. Default `console`. */
  readonly logger?: Logger
}

export interface SystemdNotifier extends AsyncDisposable {
  /** False when the process was not started by a unit of `Type=notify` or with `NotifyAccess`: then nothing is done. */
  readonly active: boolean
  /** Says that the service stops, and no more after that. */
  close(): Promise<void>
}

/** Milliseconds between looks at the health, or fewer where the watchdog asks for it. */
const LOOK_MS = 1_000
/** Milliseconds that telling may take: as long as `systemd-notify` itself waits for systemd. */
const TELL_MS = 6_000

const RULES: Rules<SystemdOptions> = { env: optional('an object of variables', isObject), logger: loggerRule }

/**
 * Tells systemd how the service is (https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html): `READY=1`
 * once startup is done, `STATUS=` when it changes, `STOPPING=1` when it drains, and `WATCHDOG=1` at half of `WatchdogSec`
 * as long as liveness is not unhealthy. When that stays out, because the app is unhealthy or its event loop hangs, systemd
 * ends the service, and starts it anew if it has `Restart=on-watchdog`.
 *
 * The socket of systemd takes datagrams, which Node cannot send over a socket of the file system, so each message starts
 * the program `systemd-notify`, some ms of processor time. It speaks for its parent if it may; where the unit has a
 * `User=`, it may not: set `NotifyAccess=all`.
 */
export function notifySystemd(health: Health, options: SystemdOptions = {}): SystemdNotifier {
  refuseMisuse('systemd', options, RULES)
  const { env = process.env } = options
  const logger = guardLogger(options.logger ?? console)
  const socket = env['NOTIFY_SOCKET']
  if (socket === undefined || socket === '') {
    return { active: false, close: async () => undefined, [Symbol.asyncDispose]: async () => undefined }
  }
  const watchdogMs = readWatchdogMs(env)
  const { clock } = health
  let failed = false
  let closed = false
  const told = new Set<string>()
  let status = ''
  let petAt = -Infinity

  const tell = async (messages: readonly string[]): Promise<void> => {
    try {
      await run(messages, { ...env, NOTIFY_SOCKET: socket })
    } catch (error) {
      if (!failed) logger.error('systemd could not be told of the health', error)
      failed = true
    }
  }
  // What is not known yet is not waited for: the watchdog would bite while a check hangs.
  const read = (probe: Probe): Report => {
    const view = health.view(probe)
    void view.settle()
    return view.report()
  }
  const look = async (): Promise<void> => {
    const [live, startup, ready] = [read('live'), read('startup'), read('ready')]
    const messages: string[] = []
    const once = (message: string): void => {
      if (told.has(message)) return
      told.add(message)
      messages.push(message)
    }
    if (startup.status === 'healthy' || startup.status === 'degraded') once('READY=1')
    if (ready.announced?.draining === true) once('STOPPING=1')
    const line = describe(ready)
    if (line !== status) messages.push(`STATUS=${line}`)
    status = line
    const due = watchdogMs !== undefined && clock.now() - petAt >= watchdogMs / 2
    if (due && live.status !== 'unhealthy') {
      petAt = clock.now()
      messages.push('WATCHDOG=1')
    }
    if (messages.length > 0) await tell(messages)
  }

  const lookAndWait = async (): Promise<void> => {
    await look()
    if (!closed) timer = clock.after(everyMs, lookOn)
  }
  const everyMs = Math.min(LOOK_MS, (watchdogMs ?? Infinity) / 4)
  let looking = Promise.resolve()
  let timer = clock.after(0, lookOn)
  function lookOn(): void {
    looking = lookAndWait()
  }
  const close = async (): Promise<void> => {
    if (closed) return
    closed = true
    timer.cancel()
    await looking
    if (!told.has('STOPPING=1')) await tell(['STOPPING=1'])
  }
  return { active: true, close, [Symbol.asyncDispose]: close }
}

/** Undefined without a watchdog, or with one that is another process's. */
function readWatchdogMs(env: Readonly<Record<string, string | undefined>>): number | undefined {
  const [microseconds, pid] = [Number(env['WATCHDOG_USEC']), env['WATCHDOG_PID']]
  const ours = pid === undefined || pid === '' || Number(pid) === process.pid
  return ours && microseconds > 0 ? microseconds / 1_000 : undefined
}

/** One line, for `systemctl status`. */
function describe({ checks, message, status }: Report): string {
  const bad = Object.entries(checks).flatMap(([name, check]) => (check.status === 'unhealthy' ? [name] : []))
  const why = bad.length > 0 ? bad.join(', ') : (message ?? '')
  return why === '' ? status : `${status}: ${why}`.replaceAll(/\s+/g, ' ').slice(0, 200)
}

function run(messages: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile('systemd-notify', messages, { env, timeout: TELL_MS }, (error) => {
      if (error === null) resolve()
      else reject(error)
    })
  })
}
