import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frame, HEADER, HEARTBEAT, METHOD, readShortText, shortText, takeFrames, type Frame } from './amqp-wire.ts'

const frames = fc.array(
  fc.record({
    type: fc.constantFrom(METHOD, HEADER, HEARTBEAT),
    channel: fc.nat(0xffff),
    payload: fc.uint8Array({ minLength: 4, maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  }),
  { maxLength: 6 },
)

/** What is taken when bytes come in these pieces; undefined once they are no frames. */
function takePieces(pieces: readonly Buffer[]): readonly Frame[] | undefined {
  const taken: Frame[] = []
  let received: Buffer = Buffer.alloc(0)
  for (const piece of pieces) {
    const found = takeFrames(Buffer.concat([received, piece]))
    if (found === undefined) return undefined
    taken.push(...found.packets)
    received = found.rest
  }
  return taken
}

describe('takeFrames', () => {
  it('S9: takes the frames that were sent, however their bytes come', () => {
    fc.assert(
      fc.property(frames, fc.integer({ min: 1, max: 30 }), (sent, size) => {
        const bytes = Buffer.concat(sent.map(({ type, channel, payload }) => frame(type, channel, payload)))
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        )
        expect(takePieces(pieces)).toEqual(sent)
      }),
    )
  })

  it('S9: never throws, whatever the bytes, and keeps no more than one frame back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const found = takeFrames(Buffer.from(bytes))
        expect(found === undefined || found.rest.length <= bytes.length).toBe(true)
      }),
    )
  })

  it('knows what is no frame', () => {
    expect(takeFrames(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))).toBeUndefined()
    expect(takeFrames(Buffer.from('AMQP\0\0\x09\x01'))).toBeUndefined()
    const tooLong = Buffer.from([METHOD, 0, 0, 0xff, 0xff, 0xff, 0xff, 0])
    expect(takeFrames(tooLong)).toBeUndefined()
    const unended = frame(METHOD, 0, Buffer.alloc(4))
    unended[unended.length - 1] = 0
    expect(takeFrames(unended)).toBeUndefined()
  })
})

describe('shortText', () => {
  it('is read as it was written, and refused beyond 255 bytes', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60, unit: 'grapheme' }), (text) => {
        fc.pre(Buffer.byteLength(text) <= 255)
        expect(readShortText(shortText(text), 0)).toBe(text)
      }),
    )
    expect(() => shortText('x'.repeat(256))).toThrow(RangeError)
  })
})
