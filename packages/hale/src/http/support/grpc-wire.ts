/**
 * The messages of grpc.health.v1, by hand: they are three fields in all.
 * https://github.com/grpc/grpc-proto/blob/master/grpc/health/v1/health.proto,
 * https://protobuf.dev/programming-guides/encoding
 */

/** `HealthCheckResponse.ServingStatus`. */
export type ServingStatus = 0 | 1 | 2 | 3
export const UNKNOWN = 0
export const SERVING = 1
export const NOT_SERVING = 2
/** `Watch` says it of a service that there is not; `Check` answers the error NOT_FOUND instead. */
export const SERVICE_UNKNOWN = 3

const LENGTH_DELIMITED = 2
/** Bytes that a value of the other wire types takes: 1 is 64 bits, 5 is 32 bits. */
const FIXED: Readonly<Record<number, number>> = { 1: 8, 5: 4 }

/** The `service` of a `HealthCheckRequest`; the last one, if there are several. @throws {RangeError} when it is none. */
export function readCheckRequest(bytes: Uint8Array): string {
  let service = ''
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined) break
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw new RangeError('a number in the message does not end')
  }
  while (at < bytes.length) {
    const tag = varint()
    const [field, type] = [Math.floor(tag / 8), tag % 8]
    const length = type === LENGTH_DELIMITED ? varint() : FIXED[type]
    if (type === 0) varint()
    else if (length === undefined) throw new RangeError(`the message has a field of wire type ${type}`)
    else at += length
    if (at > bytes.length) throw new RangeError('the message ends within a field')
    if (field === 1 && type === LENGTH_DELIMITED && length !== undefined) {
      service = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(at - length, at))
    }
  }
  return service
}

/** A `HealthCheckResponse`. */
export function writeCheckResponse(status: ServingStatus): Uint8Array {
  return status === UNKNOWN ? new Uint8Array() : Uint8Array.of(0x08, status)
}

/** A `HealthListResponse`. */
export function writeListResponse(statuses: ReadonlyMap<string, ServingStatus>): Uint8Array {
  const entries = [...statuses].map(([service, status]) =>
    delimited(1, [...delimited(1, new TextEncoder().encode(service)), ...delimited(2, writeCheckResponse(status))]),
  )
  return Uint8Array.from(entries.flat())
}

function delimited(field: number, bytes: Iterable<number>): number[] {
  const content = [...bytes]
  const head = [field * 8 + LENGTH_DELIMITED]
  let length = content.length
  for (; length > 0x7f; length >>>= 7) head.push((length & 0x7f) | 0x80)
  return [...head, length, ...content]
}
