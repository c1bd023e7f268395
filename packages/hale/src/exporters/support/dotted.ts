import type { Rules } from '../../core/rules.ts'
import type { Delivery } from './delivery.ts'
import { PUSH_RULES, refuseMisuse } from './options.ts'
import { ADDRESS_RULES, prefixRule, toNumber, toPath } from './place.ts'
import { createPushExporter, lane, type Exporter, type PushOptions } from './push-exporter.ts'
import type { NumberSignal } from './signal.ts'
import type { ExportedHealth } from './watch-health.ts'

/** What exporters to systems with dotted names and no labels take. */
export interface DottedOptions extends PushOptions {
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Default: the one that the system listens on by its own default. */
  readonly port?: number
  /** Put before every name: `shop.eu` makes `shop.eu.hale.severity`. Default: nothing. */
  readonly prefix?: string
}

/** Takes lines to the other side. */
export interface LineSender {
  send(lines: readonly string[], signal: AbortSignal): Promise<Delivery>
  close(): void
}

export interface DottedParts {
  /** As in `hale/exporters/<name>`. */
  readonly name: string
  readonly defaultPort: number
  readonly open: (host: string, port: number) => LineSender
  /** One line, without its end. */
  readonly toLine: (path: string, value: number, signal: NumberSignal) => string
}

const RULES: Rules<DottedOptions> = { ...ADDRESS_RULES, prefix: prefixRule, ...PUSH_RULES }

/** @throws {HealthSetupError} when the options cannot work. */
export function createDottedExporter(health: ExportedHealth, options: DottedOptions, parts: DottedParts): Exporter {
  const { defaultPort, name, open, toLine } = parts
  refuseMisuse(name, options, RULES)
  const { host = '127.0.0.1', port = defaultPort, prefix = '' } = options
  const sender = open(host, port)
  const toLineOf = (signal: NumberSignal): string => {
    const { name: metric, value } = toNumber(signal)
    return toLine(toPath(prefix, metric, signal.check), value, signal)
  }
  return createPushExporter(health, options, {
    name,
    lanes: [lane(['gauge', 'run', 'transition'], 200, (batch, signal) => sender.send(batch.map(toLineOf), signal))],
    release: () => sender.close(),
  })
}
