import { Buffer } from 'node:buffer'

/** Distinguished encoding rules (X.690): just what a certificate (RFC 5280) takes. */
export const der = {
  sequence: (...parts: readonly Uint8Array[]): Buffer => encode(0x30, ...parts),
  set: (...parts: readonly Uint8Array[]): Buffer => encode(0x31, ...parts),
  /** A positive whole number, given as its bytes. */
  integer: (bytes: Uint8Array): Buffer => encode(0x02, (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.of(0, ...bytes)),
  true: (): Buffer => encode(0x01, Buffer.of(0xff)),
  oid: (dotted: string): Buffer => encode(0x06, oidBytes(dotted)),
  utf8: (text: string): Buffer => encode(0x0c, Buffer.from(text)),
  octets: (bytes: Uint8Array): Buffer => encode(0x04, bytes),
  bits: (bytes: Uint8Array): Buffer => encode(0x03, Buffer.of(0), bytes),
  /** UTC time to the second; RFC 5280 wants this form until 2049. */
  time: (ms: number): Buffer =>
    encode(0x17, Buffer.from(new Date(ms).toISOString().replaceAll(/^..|\..*Z|[-:T]/g, '') + 'Z')),
  /** `[n]` around something that is a structure, or instead of the tag of something that is not. */
  tagged: (n: number, bytes: Uint8Array, form: 'around' | 'instead'): Buffer =>
    encode((form === 'around' ? 0xa0 : 0x80) | n, bytes),
} as const

function encode(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const { length } = body
  const head = length < 0x80 ? [length] : length < 0x1_00 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...head), body])
}

function oidBytes(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return Buffer.from([first * 40 + second, ...rest.flatMap(base128)])
}

function base128(arc: number): number[] {
  const bytes = [arc & 0x7f]
  for (let left = arc >> 7; left > 0; left >>= 7) bytes.unshift((left & 0x7f) | 0x80)
  return bytes
}
