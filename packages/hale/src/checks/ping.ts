import { execFile } from 'node:child_process'
import { isIP } from 'node:net'
import { defineCheck, type CheckContext, type DependencyCheck } from '../core/check.ts'
import { unhealthy, unknown, type Result } from '../core/result.ts'
import { isText, required, type Rules } from '../core/rules.ts'
import { abortLate, within } from './support/in-time.ts'
import { refuseMisuse } from './support/misuse.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './support/response-time.ts'

export interface PingOptions extends TimeLimits {
  /** Name or address. */
  readonly host: string
}

const RULES: Rules<PingOptions> = {
  // Nothing that begins with a dash: it would be an option of ping.
  host: required(
    'a name or address',
    (host) => isText(host) && (isIP(host) !== 0 || /^(?!-)[\w.-]{1,253}$/.test(host)),
  ),
  ...TIME_LIMITS,
}

/**
 * Sends one ICMP echo by the system's `ping`, which may do so without root where this process may not. Says that a host is
 * reachable, not that anything on it works. Costs one process and one packet per run. Linux and macOS; where there is no
 * `ping`, as in many container images, it reads `unknown`.
 *
 * Observed: the round trip in ms, as `ping` says it.
 *
 * Codes: `CONNECTION_FAILED` when the host could not be asked.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function ping(options: PingOptions): DependencyCheck {
  refuseMisuse('ping', options, RULES)
  return defineCheck({ kind: 'ping', run: (context) => run(context, options) })
}

interface Outcome {
  /** The exit code of ping, or why it did not run. */
  readonly code: number | string | undefined
  readonly output: string
}

function run(context: CheckContext, options: PingOptions): Promise<Result> {
  const { host } = options
  return abortLate(
    context,
    async (signal) => judge(await ask(host, signal), options),
    () => silent(host, within(context)),
  )
}

function ask(host: string, signal: AbortSignal): Promise<Outcome> {
  const options = { signal, killSignal: 'SIGKILL', env: { PATH: process.env['PATH'], LC_ALL: 'C' } } as const
  return new Promise((resolve) => {
    execFile('ping', ['-n', '-c', '1', host], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code ?? undefined), output: `${stdout}\n${stderr}` })
    })
  })
}

function judge({ code, output }: Outcome, options: PingOptions): Result {
  const { host } = options
  const [, time] = /\btime[=<]([\d.]+) ?ms/.exec(output) ?? []
  if (code === 0 && time !== undefined) return judgeTime(Number(time), options, `Ping of ${host}`)
  if (code === 'ENOENT') {
    return unknown('CONNECTION_FAILED', `${host} was not asked: there is no program ping here. Install iputils-ping.`)
  }
  if (/Operation not permitted|missing cap_net_raw|Permission denied/i.test(output)) {
    const message = `${host} was not asked: ping may not send ICMP here. Give it cap_net_raw, or widen net.ipv4.ping_group_range.`
    return unknown('CONNECTION_FAILED', message)
  }
  if (/not known|resolution|cannot resolve|unknown host|No address/i.test(output)) {
    return unhealthy('DNS_NOT_FOUND', `The name ${host} does not exist. Correct it, or add it to DNS.`)
  }
  if (NO_WAY.test(output)) {
    return unhealthy(
      'HOST_UNREACHABLE',
      `No route to ${host}. See whether it is up, and its network joined to this one.`,
    )
  }
  return silent(host, 'in time')
}

/**
 * What iputils and BSD's ping say when the kernel here, or a router on the way, answers in the host's place. Of a route that
 * is prohibited iputils asks whether a broadcast was meant, of one into a black hole that the argument is invalid.
 */
const NO_WAY =
  /unreachable|no route to host|(?:network|host) is down|prohibited|packet filtered|time to live exceeded|ping broadcast\?|connect: invalid argument/i

function silent(host: string, when: string): Result {
  const message = `No echo from ${host} ${when}. See whether it is up, and a firewall lets ICMP through.`
  return unhealthy('TIMEOUT', message)
}
