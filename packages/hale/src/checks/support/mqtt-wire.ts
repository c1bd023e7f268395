/** As much of MQTT 3.1.1 as a check needs: https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html */

export const CONNACK = 2
export const PUBLISH = 3
export const SUBACK = 9
export const PINGRESP = 13

export interface Packet {
  readonly type: number
  readonly flags: number
  readonly body: Buffer
}

/** Bytes of a packet that are kept. Only of a message may more come, of which nobody reads the text. */
const LONGEST = 1_048_576

export interface Login {
  readonly client: string
  readonly user: string
  readonly password: string
  /** Seconds after which, and a half, the server gives up a client that says nothing. */
  readonly keepAlive: number
}

const CONNECT = 1
const CLEAN_SESSION = 0x02
const HAS_PASSWORD = 0x40
const HAS_USER = 0x80

export function connectPacket({ client, user, password, keepAlive }: Login): Buffer {
  const flags = CLEAN_SESSION | (user === '' ? 0 : HAS_USER) | (user === '' || password === '' ? 0 : HAS_PASSWORD)
  return packet(CONNECT, 0, [
    text('MQTT'),
    Buffer.of(4, flags), // its level: 3.1.1
    number(keepAlive),
    text(client),
    ...(flags & HAS_USER ? [text(user)] : []),
    ...(flags & HAS_PASSWORD ? [text(password)] : []),
  ])
}

/** Asks for the messages of a topic, each at most once. */
export function subscribePacket(id: number, topic: string): Buffer {
  return packet(8, 2, [number(id), text(topic), Buffer.of(0)])
}

export const PING_PACKET: Buffer = Buffer.of(12 << 4, 0)
export const DISCONNECT_PACKET: Buffer = Buffer.of(14 << 4, 0)

/** Whether a message was kept by the server, and sent because somebody subscribed: nobody knows how old it is. */
export function isRetained({ flags }: Packet): boolean {
  return (flags & 1) === 1
}

/**
 * Takes whole packets from what has come.
 *
 * @returns them, and the bytes that are left; undefined when those are no packets that a server sends.
 */
export function takePackets(bytes: Buffer): { readonly packets: readonly Packet[]; readonly rest: Buffer } | undefined {
  const packets: Packet[] = []
  let at = 0
  while (at < bytes.length) {
    const first = bytes[at] ?? 0
    const [type, flags] = [first >> 4, first & 0x0f]
    const isKnown = type === PUBLISH || (flags === 0 && [CONNACK, SUBACK, PINGRESP].includes(type))
    if (!isKnown) return undefined
    const length = readLength(bytes, at + 1)
    if (length === undefined) return undefined
    const [begin, end] = [at + 1 + length.size, at + 1 + length.size + length.value]
    if (type !== PUBLISH && length.value > LONGEST) return undefined
    if (length.size === 0) break
    if (bytes.length < end) {
      if (length.value <= LONGEST) break
      // What has come of it is dropped, and it goes on as one that is as long as what is to come.
      return { packets, rest: Buffer.concat([Buffer.of(first), lengthOf(end - bytes.length)]) }
    }
    packets.push({ type, flags, body: bytes.subarray(begin, end) })
    at = end
  }
  return { packets, rest: bytes.subarray(at) }
}

/** 2.2.3: seven bits a byte, the lowest first, four bytes at most. Size 0: more is to come. */
function readLength(bytes: Buffer, at: number): { readonly value: number; readonly size: number } | undefined {
  let value = 0
  for (let size = 1; size <= 4; size++) {
    const byte = bytes[at + size - 1]
    if (byte === undefined) return { value: 0, size: 0 }
    value += (byte & 0x7f) << (7 * (size - 1))
    if (byte < 0x80) return { value, size }
  }
  return undefined
}

export function packet(type: number, flags: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.of((type << 4) | flags), lengthOf(body.length), body])
}

function lengthOf(value: number): Buffer {
  const length: number[] = []
  for (let left = value; left > 0 || length.length === 0; left >>>= 7) {
    length.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0))
  }
  return Buffer.from(length)
}

function number(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff)
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([number(bytes.length), bytes])
}
