import { createDottedExporter, type DottedOptions } from './support/dotted.ts'
import type { Exporter } from './support/push-exporter.ts'
import { createUdpSender } from './support/udp.ts'
import type { ExportedHealth } from './support/watch-health.ts'

export type { Exporter } from './support/push-exporter.ts'

export interface StatsdOptions extends DottedOptions {
  /** Default 8125. */
  readonly port?: number
}

/**
 * Sends to StatsD over UDP: gauges, a timer for the duration of each run, in ms as StatsD's timers are, and a counter of
 * transitions. UDP tells of no loss: what is counted as sent has left this machine, no more.
 *
 * @throws {HealthSetupError} when the options cannot work.
 * @see https://github.com/statsd/statsd/blob/master/docs/metric_types.md
 */
export function createStatsdExporter(health: ExportedHealth, options: StatsdOptions = {}): Exporter {
  return createDottedExporter(health, options, {
    name: 'statsd',
    defaultPort: 8125,
    open: createUdpSender,
    toLine(path, value, { type }) {
      if (type === 'run') return `${path}:${toDecimal(value * 1_000)}|ms`
      return `${path}:${toDecimal(value)}|${type === 'transition' ? 'c' : 'g'}`
    },
  })
}

/** Without an exponent, which no parser of StatsD's has to know. */
function toDecimal(value: number): string {
  return String(Number(value.toFixed(3)))
}
