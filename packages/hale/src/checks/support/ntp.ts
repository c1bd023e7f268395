import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import type { Clock } from '../../core/clock.ts'

/** This machine's clock against another. */
export interface ClockReading {
  /** Milliseconds by which this machine is ahead; negative: behind. */
  readonly aheadMs: number
  /** Milliseconds by which that may be wrong, to either side. */
  readonly uncertainMs: number
}

/** The other side answered, but not with a time to be trusted. The message is a clause: `says that …`. */
export class NtpError extends Error {
  override readonly name = 'NtpError'
}

export interface NtpOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly host: string
  readonly port: number
}

/**
 * Asks a server for its time, once (SNTP: RFC 4330, section 5).
 *
 * @throws {NtpError} when its answer is none, or it is not synchronised itself; else what the socket throws.
 */
export async function askNtp({ clock, host, port, signal }: NtpOptions): Promise<ClockReading> {
  const { address, family } = await lookup(host)
  signal.throwIfAborted()
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
      // What it sends back tells its answer from a forged or late one; our own time is nobody's business.
      const cookie = randomBytes(8)
      let sentAt = 0
      socket.on('error', reject)
      socket.on('message', (packet) => {
        const tripMs = clock.now() - sentAt
        try {
          if (packet.length >= 48 && packet.subarray(24, 32).equals(cookie)) resolve(read(packet, clock.wall(), tripMs))
        } catch (error) {
          reject(error)
        }
      })
      // Connected, so that nobody else is heard and a closed port is an error.
      socket.once('connect', () => {
        sentAt = clock.now()
        socket.send(request(cookie))
      })
      // Without a callback, which would be called for an error too.
      socket.connect(port, address)
    })
  } finally {
    socket.close()
  }
}

function request(cookie: Buffer): Buffer {
  const packet = Buffer.alloc(48)
  packet[0] = 0b00_100_011 // version 4, from a client
  cookie.copy(packet, 40)
  return packet
}

/**
 * Reads an answer that came at `wall` after `tripMs`: pure.
 *
 * @throws {NtpError} when it holds no time to be trusted.
 */
export function read(packet: Buffer, wall: number, tripMs: number): ClockReading {
  const [head = 0, stratum = 0] = packet
  if ((head & 0b111) !== 4) throw new NtpError('answered, but not as a time server')
  if (head >> 6 === 3 || stratum > 15) throw new NtpError('says that its own clock is not synchronised')
  if (stratum === 0)
    throw new NtpError(`refuses to be asked (${packet.toString('latin1', 12, 16).replaceAll(/\W/g, '')})`)
  const [received, sent] = [toWall(packet, 32), toWall(packet, 40)]
  const delayMs = Math.max(0, tripMs - (sent - received))
  const rootMs = toMs(packet, 4) / 2 + toMs(packet, 8)
  // Half-way between their two times is half-way between ours.
  return { aheadMs: wall - tripMs / 2 - (received + sent) / 2, uncertainMs: delayMs / 2 + rootMs }
}

/** Seconds from 1900 to 1970. */
const EPOCH = 2_208_988_800
const ERA = 2 ** 32

/** A timestamp of 32 bits of seconds since 1900 and as many of their fraction, in ms since 1970. After 2036 it begins anew. */
function toWall(packet: Buffer, at: number): number {
  const seconds = packet.readUInt32BE(at)
  return (seconds - EPOCH + (seconds < ERA / 2 ? ERA : 0) + packet.readUInt32BE(at + 4) / ERA) * 1_000
}

/** Seconds as 16 bits and as many of their fraction, in ms. */
function toMs(packet: Buffer, at: number): number {
  return (packet.readUInt32BE(at) / 2 ** 16) * 1_000
}
