import { TAKEN } from './support/delivery.ts'
import { prefixProblem, portProblem, toNumber, toPath } from './support/place.ts'
import { createPushExporter, lane, type Exporter, type PushOptions } from './support/push-exporter.ts'
import type { NumberSignal } from './support/signal.ts'
import { createStreamSender } from './support/stream.ts'
import type { ExportedHealth } from './support/watch-health.ts'

export interface GraphiteOptions extends PushOptions {
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Of the plaintext protocol. Default 2003. */
  readonly port?: number
  /** Put before every name: `shop.eu` makes `shop.eu.hale.severity`. Default: nothing. */
  readonly prefix?: string
}

/**
 * Sends to Graphite, or who listens as it does, by its plaintext protocol over one kept TCP connection: gauges, the duration
 * of each run in seconds, and a 1 for each transition.
 *
 * @throws {HealthSetupError} when the options cannot work.
 * @see https://graphite.readthedocs.io/en/latest/feeding-carbon.html#the-plaintext-protocol
 */
export function createGraphiteExporter(health: ExportedHealth, options: GraphiteOptions = {}): Exporter {
  const { host = '127.0.0.1', port = 2003, prefix = '' } = options
  const sender = createStreamSender({ host, port })
  const deliver = async (batch: readonly NumberSignal[], signal: AbortSignal): Promise<typeof TAKEN> => {
    await sender.send(Buffer.from(batch.map((each) => toLine(each, prefix)).join('')), signal)
    return TAKEN
  }
  return createPushExporter(health, options, {
    name: 'graphite',
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
  return `${toPath(prefix, name, signal.check)} ${Number(value.toFixed(6))} ${Math.floor(signal.at / 1_000)}\n`
}
