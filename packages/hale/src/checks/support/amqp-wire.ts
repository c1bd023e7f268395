/**
 * As much of the bytes of AMQP 0-9-1 as a check needs: https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf (4.2),
 * https://www.rabbitmq.com/amqp-0-9-1-reference
 */

/** What a client sends first. A server that speaks another version answers with its own, and closes. */
export const PROTOCOL_HEADER: Buffer = Buffer.from('AMQP\0\0\u0009\u0001', 'latin1')

export const METHOD = 1
export const HEADER = 2
export const HEARTBEAT = 8

/** Class and method in one number. */
export const METHODS = {
  connectionStart: 0x000a_000a,
  connectionStartOk: 0x000a_000b,
  connectionTune: 0x000a_001e,
  connectionTuneOk: 0x000a_001f,
  connectionOpen: 0x000a_0028,
  connectionOpenOk: 0x000a_0029,
  connectionClose: 0x000a_0032,
  connectionCloseOk: 0x000a_0033,
  connectionBlocked: 0x000a_003c,
  connectionUnblocked: 0x000a_003d,
  channelOpen: 0x0014_000a,
  channelOpenOk: 0x0014_000b,
  channelClose: 0x0014_0028,
  channelCloseOk: 0x0014_0029,
  queueDeclare: 0x0032_000a,
  queueDeclareOk: 0x0032_000b,
  basicQos: 0x003c_000a,
  basicQosOk: 0x003c_000b,
  basicPublish: 0x003c_0028,
} as const

export interface Frame {
  readonly type: number
  readonly channel: number
  readonly payload: Buffer
}

/** No server may send a longer frame, in bytes, for that is as much as the client agrees to. */
export const LONGEST_FRAME = 131_072
const END = 0xce
const AROUND = 8

export function octet(value: number): Buffer {
  return Buffer.of(value)
}

export function short(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

export function long(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** @throws {RangeError} when it has more than 255 bytes. */
export function shortText(text: string): Buffer {
  const bytes = Buffer.from(text)
  if (bytes.length > 255) throw new RangeError('AMQP: a name has at most 255 bytes')
  return Buffer.concat([octet(bytes.length), bytes])
}

export function longText(bytes: string | Buffer): Buffer {
  return Buffer.concat([long(Buffer.byteLength(bytes)), Buffer.from(bytes)])
}

/** A table of texts, flags and tables. */
export interface Table {
  readonly [key: string]: string | true | Table
}

export function table(entries: Table): Buffer {
  const fields = Object.entries(entries).flatMap(([key, value]) => [
    shortText(key),
    ...(value === true
      ? [Buffer.from('t'), octet(1)]
      : typeof value === 'string'
        ? [Buffer.from('S'), longText(value)]
        : [Buffer.from('F'), table(value)]),
  ])
  return longText(Buffer.concat(fields))
}

export function frame(type: number, channel: number, ...parts: readonly Buffer[]): Buffer {
  const payload = Buffer.concat(parts)
  return Buffer.concat([octet(type), short(channel), long(payload.length), payload, octet(END)])
}

export function method(channel: number, id: number, ...parts: readonly Buffer[]): Buffer {
  return frame(METHOD, channel, long(id), ...parts)
}

/** The text with a length of one byte that begins there; what is cut off is left out. */
export function readShortText(bytes: Buffer, at: number): string {
  return bytes.toString('utf8', at + 1, at + 1 + (bytes[at] ?? 0))
}

/**
 * Takes whole frames from what has come.
 *
 * @returns them, and the bytes that are left; undefined when those are no frames.
 */
export function takeFrames(bytes: Buffer): { readonly packets: readonly Frame[]; readonly rest: Buffer } | undefined {
  const frames: Frame[] = []
  let at = 0
  while (at < bytes.length) {
    const type = bytes[at] ?? 0
    if (type !== METHOD && type !== HEADER && type !== 3 && type !== HEARTBEAT) return undefined
    if (bytes.length - at < AROUND) break
    const length = bytes.readUInt32BE(at + 3)
    if (length > LONGEST_FRAME || (type === METHOD && length < 4)) return undefined
    if (bytes.length - at < AROUND + length) break
    if (bytes[at + 7 + length] !== END) return undefined
    frames.push({ type, channel: bytes.readUInt16BE(at + 1), payload: bytes.subarray(at + 7, at + 7 + length) })
    at += AROUND + length
  }
  return { packets: frames, rest: bytes.subarray(at) }
}
