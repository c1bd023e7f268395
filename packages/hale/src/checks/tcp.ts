import { connect } from 'node:net'
import { defineCheck, type CheckContext, type DependencyCheck } from '../core/check.ts'
import { resultFromError } from '../core/error-codes.ts'
import { unhealthy, type Result } from '../core/result.ts'
import type { Rules } from '../core/rules.ts'
import { inTime, within } from './support/in-time.ts'
import { refuseMisuse } from './support/misuse.ts'
import { hostRule, requiredPortRule } from './support/network-rules.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './support/response-time.ts'

export interface TcpOptions extends TimeLimits {
  /** Name or address. */
  readonly host: string
  /** 1 to 65535. */
  readonly port: number
}

const RULES: Rules<TcpOptions> = { host: hostRule, port: requiredPortRule, ...TIME_LIMITS }

/**
 * Connects to a port and hangs up. Says that something listens there, not that it works: use the check of its protocol
 * where there is one. Costs one connection per run.
 *
 * Observed: time to connect, in ms, the look-up of the name included.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function tcp(options: TcpOptions): DependencyCheck {
  refuseMisuse('tcp', options, RULES)
  const { host, port } = options
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}`
  return defineCheck({ kind: 'tcp', run: (context) => run(context, options, place) })
}

function run(context: CheckContext, options: TcpOptions, place: string): Promise<Result> {
  const { clock, signal } = context
  const startedAt = clock.now()
  const socket = connect({ host: options.host, port: options.port, signal })
  const answer = new Promise<Result>((resolve) => {
    socket.once('connect', () => {
      socket.destroy()
      resolve(judgeTime(clock.now() - startedAt, options, `Connecting to ${place}`))
    })
    socket.on('error', (error) => resolve(resultFromError(error, place)))
  })
  return inTime(context, answer, () => {
    socket.destroy()
    const message = `No connection to ${place} ${within(context)}. See whether the host is up and a firewall drops packets.`
    return unhealthy('CONNECTION_TIMEOUT', message)
  })
}
