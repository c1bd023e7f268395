import { prefixProblem, portProblem, toNumber, toPath } from './support/place.ts'
import { createPushExporter, lane, type Exporter, type PushOptions } from './support/push-exporter.ts'
import type { NumberSignal } from './support/signal.ts'
import { createUdpSender } from './support/udp.ts'
import type { ExportedHealth } from './support/watch-health.ts'

export interface StatsdOptions extends PushOptions {
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Default 8125. */
  readonly port?: number
  /** Put before every name: `shop.eu` makes `shop.eu.hale.severity`. Default: nothing. */
  readonly prefix?: string
}

/**
 * Sends to StatsD over UDP: gauges, a timer for the duration of each run, in ms as StatsD's timers are, and a counter of
 * transitions. UDP tells of no loss: what is counted as sent has left this machine, no more.
 *
 * @throws {HealthSetupError} when the options cannot work.
 * @see https://github.com/statsd/statsd/blob/master/docs/metric_types.md
 */
export function createStatsdExporter(health: ExportedHealth, options: StatsdOptions = {}): Exporter {
  const { host = '127.0.0.1', port = 8125, prefix = '' } = options
  const sender = createUdpSender(host, port)
  const deliver = (batch: readonly NumberSignal[]): ReturnType<typeof sender.send> =>
    sender.send(batch.map((signal) => toLine(signal, prefix)))
  return createPushExporter(health, options, {
    name: 'statsd',
    lanes: [lane(['gauge', 'run', 'transition'], 500, deliver)],
    problems: {
      host: host === '' && 'must be a name or an address',
      port: portProblem(port),
      prefix: prefixProblem(prefix),
    },
    release: () => sender.close(),
  })
}

function toLine(signal: NumberSignal, prefix: string): string {
  const { name, value } = toNumber(signal)
  const path = toPath(prefix, name, signal.check)
  if (signal.type === 'run') return `${path}:${toDecimal(value * 1_000)}|ms`
  return `${path}:${toDecimal(value)}|${signal.type === 'transition' ? 'c' : 'g'}`
}

/** Without an exponent, which no parser of StatsD's has to know. */
function toDecimal(value: number): string {
  return String(Number(value.toFixed(3)))
}
