import { NEAR_ZERO, Sketch } from 'hale/core/sketch'
import { ByteReader, ByteWriter, CorruptBytesError } from '../bytes.ts'

const VERSION = 1

/** A sketch as bytes: about 127 for an hour at 10 s. */
export function encodeSketch(sketch: Sketch): Uint8Array {
  const buckets = new Map(sketch.buckets())
  const out = new ByteWriter()
  out.byte(VERSION)
  out.varint(buckets.get(NEAR_ZERO) ?? 0)
  buckets.delete(NEAR_ZERO)
  let next = NEAR_ZERO + 1
  for (const [bucket, count] of buckets) {
    out.varint(bucket - next)
    out.varint(count)
    next = bucket + 1
  }
  return out.take()
}

/** Throws {@link CorruptBytesError} on bytes that {@link encodeSketch} did not write. */
export function decodeSketch(bytes: Uint8Array): Sketch {
  const reader = new ByteReader(bytes)
  const version = reader.byte()
  if (version !== VERSION) throw new CorruptBytesError(`Sketch version ${version} is not one that this Hale can read.`)
  const sketch = new Sketch()
  sketch.addBucket(NEAR_ZERO, readCount(reader))
  for (let next = NEAR_ZERO + 1; reader.remaining > 0; next += 1) {
    next += reader.varint()
    const count = readCount(reader)
    try {
      sketch.addBucket(next, count)
    } catch (error) {
      throw error instanceof RangeError ? new CorruptBytesError(error.message) : error
    }
  }
  return sketch
}

function readCount(reader: ByteReader): number {
  const count = reader.varint()
  if (count >= 2 ** 32) throw new CorruptBytesError(`A bucket of ${count} values is too full.`)
  return count
}
