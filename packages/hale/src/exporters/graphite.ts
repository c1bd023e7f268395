import { TAKEN } from './support/delivery.ts'
import { createDottedExporter, type DottedOptions } from './support/dotted.ts'
import type { Exporter } from './support/push-exporter.ts'
import { createStreamSender } from './support/stream.ts'
import type { ExportedHealth } from './support/watch-health.ts'

export type { Exporter } from './support/push-exporter.ts'

export interface GraphiteOptions extends DottedOptions {
  /** Of the plaintext protocol. Default 2003. */
  readonly port?: number
}

/**
 * Sends to Graphite, or who listens as it does, by its plaintext protocol over one kept TCP connection: gauges, the duration
 * of each run in seconds, and a 1 for each transition.
 *
 * @throws {HealthSetupError} when the options cannot work.
 * @see https://graphite.readthedocs.io/en/latest/feeding-carbon.html#the-plaintext-protocol
 */
export function createGraphiteExporter(health: ExportedHealth, options: GraphiteOptions = {}): Exporter {
  return createDottedExporter(health, options, {
    name: 'graphite',
    defaultPort: 2003,
    open(host, port) {
      const stream = createStreamSender({ host, port })
      return {
        async send(lines, signal) {
          await stream.send(Buffer.from(lines.map((line) => `${line}\n`).join('')), signal)
          return TAKEN
        },
        close: () => stream.close(),
      }
    },
    toLine: (path, value, { at }) => `${path} ${Number(value.toFixed(6))} ${Math.floor(at / 1_000)}`,
  })
}
