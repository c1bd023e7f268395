import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CONNACK, packet, PINGRESP, PUBLISH, SUBACK, takePackets, type Packet } from './mqtt-wire.ts'

const packets = fc.array(
  fc.record({
    type: fc.constantFrom(CONNACK, PUBLISH, SUBACK, PINGRESP),
    flags: fc.constant(0),
    body: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  }),
  { maxLength: 6 },
)

describe('takePackets', () => {
  it('S9: takes the packets that were sent, however their bytes come', () => {
    fc.assert(
      fc.property(packets, fc.integer({ min: 1, max: 200 }), (sent, size) => {
        const bytes = Buffer.concat(sent.map(({ type, flags, body }) => packet(type, flags, [body])))
        const taken: Packet[] = []
        let received: Buffer = Buffer.alloc(0)
        for (let at = 0; at < bytes.length; at += size) {
          const found = takePackets(Buffer.concat([received, bytes.subarray(at, at + size)]))
          taken.push(...(found?.packets ?? []))
          received = found?.rest ?? Buffer.alloc(0)
        }
        expect(taken).toEqual(sent)
      }),
    )
  })

  it('S9: never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const found = takePackets(Buffer.from(bytes))
        expect(found === undefined || found.rest.length <= bytes.length).toBe(true)
      }),
    )
  })

  it('knows what is no packet of a server', () => {
    expect(takePackets(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))).toBeUndefined()
    expect(takePackets(Buffer.of(PUBLISH << 4, 0xff, 0xff, 0xff, 0xff))).toBeUndefined()
    expect(takePackets(Buffer.of(SUBACK << 4, 0xff, 0xff, 0xff, 0x7f))).toBeUndefined()
  })

  it('E12: lets a message of any length pass without keeping more than a part of it', () => {
    const bytes = Buffer.concat([packet(PUBLISH, 1, [Buffer.alloc(5_000_000)]), packet(PINGRESP, 0, [])])
    const taken: Packet[] = []
    let received: Buffer = Buffer.alloc(0)
    for (let at = 0; at < bytes.length; at += 65_536) {
      const found = takePackets(Buffer.concat([received, bytes.subarray(at, at + 65_536)]))
      taken.push(...(found?.packets ?? []))
      received = found?.rest ?? Buffer.alloc(0)
      expect(received.length).toBeLessThan(1_200_000)
    }
    expect(taken.map(({ flags, type }) => ({ flags, type }))).toEqual([
      { flags: 1, type: PUBLISH },
      { flags: 0, type: PINGRESP },
    ])
  })
})
