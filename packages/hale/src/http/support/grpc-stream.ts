import type { ServerHttp2Stream } from 'node:http2'

/** The codes of gRPC that are used here. https://grpc.io/docs/guides/status-codes */
export const GRPC = {
  OK: 0,
  INVALID_ARGUMENT: 3,
  NOT_FOUND: 5,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
} as const

/** What a call ends with when it does not succeed. */
export class GrpcError extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/** Flag of compression and length go before every message. */
const PREFIX_BYTES = 5
/** A health request is the name of a service. */
const MAX_MESSAGE_BYTES = 4_096
/** Milliseconds in which a request must have come. */
const REQUEST_WITHIN_MS = 10_000

/** The one message of a call. @throws {GrpcError} when it is none, is compressed or too long. */
export async function readMessage(stream: ServerHttp2Stream): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let length = 0
  stream.setTimeout(REQUEST_WITHIN_MS, () => stream.destroy())
  const parts: AsyncIterable<Buffer> = stream.iterator({ destroyOnReturn: false })
  for await (const chunk of parts) {
    length += chunk.length
    if (length > PREFIX_BYTES + MAX_MESSAGE_BYTES) {
      throw new GrpcError(GRPC.RESOURCE_EXHAUSTED, `A request has at most ${MAX_MESSAGE_BYTES} bytes.`)
    }
    chunks.push(chunk)
  }
  stream.setTimeout(0)
  const bytes = Buffer.concat(chunks)
  if (length < PREFIX_BYTES || bytes.readUInt32BE(1) !== length - PREFIX_BYTES) {
    throw new GrpcError(GRPC.INTERNAL, 'The request is not one message.')
  }
  if (bytes[0] !== 0) throw new GrpcError(GRPC.UNIMPLEMENTED, 'Compressed messages are not understood.')
  return bytes.subarray(PREFIX_BYTES)
}

/** The head of an answer whose code follows in the trailers. */
export function openAnswer(stream: ServerHttp2Stream, code: () => number): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(code()) }))
}

/** A message as it goes over the wire. */
export function frame(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.writeUInt32BE(message.length, 1)
  return Buffer.concat([prefix, message])
}

/** An answer that is an error and nothing else. */
export function refuse(stream: ServerHttp2Stream, { code, message }: GrpcError): void {
  if (stream.destroyed || stream.headersSent) return
  const headers = { 'grpc-status': String(code), 'grpc-message': encodeURIComponent(message) }
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...headers }, { endStream: true })
  // The rest of a request that is too long is not waited for.
  stream.close()
}
