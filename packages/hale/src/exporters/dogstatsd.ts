import { isText, type Rules } from '../core/rules.ts'
import { serviceCheckName, tagsRule, toEvent, toServiceCheckStatus, toTags } from './support/datadog.ts'
import { packLines } from './support/datagrams.ts'
import { TAKEN } from './support/delivery.ts'
import type { LineSender } from './support/dotted.ts'
import { PUSH_RULES, refuseMisuse } from './support/options.ts'
import { ADDRESS_RULES, toNumber } from './support/place.ts'
import { createPushExporter, lane, type Exporter, type PushOptions } from './support/push-exporter.ts'
import type { Signal, StatusSignal, TransitionSignal } from './support/signal.ts'
import { createStreamSender } from './support/stream.ts'
import { createUdpSender } from './support/udp.ts'
import type { ExportedHealth } from './support/watch-health.ts'

export type { Exporter } from './support/push-exporter.ts'

export interface DogstatsdOptions extends PushOptions {
  /** The agent's. Default `127.0.0.1`. */
  readonly host?: string
  /** Default 8125. */
  readonly port?: number
  /**
   * The agent's `dogstatsd_stream_socket`, instead of host and port. Its `dogstatsd_socket` is of a kind (datagrams) that Node
   * cannot open.
   */
  readonly socketPath?: string
  /** Added to everything: `{ env: 'prod' }`. Default none. */
  readonly tags?: Readonly<Record<string, string>>
}

const RULES: Rules<DogstatsdOptions> = {
  ...ADDRESS_RULES,
  socketPath: (path) =>
    path !== undefined && !(isText(path) && path.startsWith('/')) && 'must be the whole path of a socket',
  tags: tagsRule,
  ...PUSH_RULES,
}

/**
 * Tells Datadog's agent: a service check for the whole and each check, gauges, a distribution of the duration of runs in
 * seconds, and an event and a count for each transition.
 *
 * UDP tells of no loss: what is counted as sent has left this machine, no more.
 *
 * @throws {HealthSetupError} when the options cannot work.
 * @see https://docs.datadoghq.com/developers/dogstatsd/datagram_shell/
 */
export function createDogstatsdExporter(health: ExportedHealth, options: DogstatsdOptions = {}): Exporter {
  refuseMisuse('dogstatsd', options, RULES)
  const { host = '127.0.0.1', port = 8125, socketPath, tags = {} } = options
  const own = Object.entries(tags).map(([name, value]) => `${name}:${value}`)
  const sender = socketPath === undefined ? createUdpSender(host, port) : createSocketSender(socketPath)
  return createPushExporter(health, options, {
    name: 'dogstatsd',
    lanes: [
      lane(['gauge', 'run', 'transition', 'status'], 200, (batch, signal) =>
        sender.send(
          batch.flatMap((each) => toLines(each, own)),
          signal,
        ),
      ),
    ],
    release: () => sender.close(),
  })
}

/** The agent's own default for what it reads at once. Bytes. */
const MAX_PACKET = 8_192

/** Packets over a stream: each with its length before it, in four bytes, the lowest first. */
function createSocketSender(path: string): LineSender {
  const stream = createStreamSender({ path })
  return {
    async send(lines, signal) {
      const packets = packLines(lines, MAX_PACKET).map((packet) => {
        const length = Buffer.alloc(4)
        length.writeUInt32LE(Buffer.byteLength(packet))
        return Buffer.concat([length, Buffer.from(packet)])
      })
      await stream.send(Buffer.concat(packets), signal)
      return TAKEN
    },
    close: () => stream.close(),
  }
}

function toLines(signal: Signal, own: readonly string[]): string[] {
  const tags = toTags(signal, own)
  const suffix = tags.length === 0 ? '' : `|#${tags.join(',')}`
  if (signal.type === 'status') return [toServiceCheck(signal, suffix)]
  const { name, value } = toNumber(signal)
  const type = ({ gauge: 'g', run: 'd', transition: 'c' } as const)[signal.type]
  const metric = `${name}:${Number(value.toFixed(6))}|${type}${suffix}`
  return signal.type === 'transition' ? [metric, toEventLine(signal, suffix)] : [metric]
}

function toServiceCheck({ at, check, message, status }: StatusSignal, suffix: string): string {
  const number = toServiceCheckStatus(status)
  // The message comes last; `m:` within it would begin another, and `|` end it.
  const safe = escapeLines(message ?? '')
    .replaceAll('m:', String.raw`m\:`)
    .replaceAll('|', '/')
  const tail = number === 0 || safe === '' ? '' : `|m:${safe}`
  return `_sc|${serviceCheckName(check)}|${number}|d:${Math.floor(at / 1_000)}${suffix}${tail}`
}

function toEventLine(signal: TransitionSignal, suffix: string): string {
  const { alertType, key, text, title } = toEvent(signal)
  const safe = escapeLines(text)
  const lengths = `${Buffer.byteLength(title)},${Buffer.byteLength(safe)}`
  return `_e{${lengths}}:${title}|${safe}|d:${Math.floor(signal.at / 1_000)}|k:${key}|t:${alertType}${suffix}`
}

function escapeLines(text: string): string {
  return text.toWellFormed().replaceAll(/\r?\n|\r/g, String.raw`\n`)
}
