import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientAddress, parseAddress, parseRange, type AddressRange } from './addresses.ts'

function range(text: string): AddressRange {
  const read = parseRange(text)
  if (typeof read === 'string') throw new Error(read)
  return read
}

const holds = (inside: string, address: string): boolean => {
  const parsed = parseAddress(address)
  return parsed !== undefined && range(inside).contains(parsed)
}

describe('parseAddress', () => {
  it.each([
    '::ffff:10.1.2.3',
    '::FFFF:0a01:0203',
    '0:0:0:0:0:ffff:a01:203',
    '0000:0000:0000:0000:0000:ffff:10.1.2.3',
    '64:ff9b::10.1.2.3',
    '64:ff9b::a01:203',
    '0064:ff9b:0:0:0:0:0a01:0203',
    '::ffff:10.1.2.3%eth0',
  ])('reads %s as the IPv4 address it is', (text) => {
    expect(parseAddress(text)).toEqual(parseAddress('10.1.2.3'))
  })

  it.each(['::10.1.2.3', '64:ff9b:1::10.1.2.3', '2002:a01:203::', '::ffff:0:10.1.2.3', '1::ffff:10.1.2.3'])(
    'does not take %s for IPv4: whoever has it is somebody else',
    (text) => expect(parseAddress(text)).toMatchObject({ bits: 128 }),
  )

  it.each([
    '',
    ' 10.0.0.1',
    '10.0.0',
    '10.0.0.256',
    '010.0.0.1',
    '10.0.0.0x1',
    '167772161',
    '10.0.0.1:80',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    'g::',
    '[::1]',
    '::ffff:10.0.0.256',
    'localhost',
  ])('refuses %j', (text) => expect(parseAddress(text)).toBeUndefined())

  it('S9: knows an address when node:net does, and nothing else', () => {
    const noise = fc.string({ unit: fc.constantFrom(...'0123456789abcdef:.'), maxLength: 40 })
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), noise), (text) => {
        expect(parseAddress(text) !== undefined).toBe(isIP(text) !== 0)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('parseRange', () => {
  it.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.0.0.0/8', '::ffff:10.9.9.9', true],
    ['10.0.0.0/8', '64:ff9b::a09:909', true],
    ['::ffff:10.0.0.0/104', '10.9.9.9', true],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', '10.1.2.4', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '2001:db8::1', true],
    ['::/0', '::ffff:10.0.0.1', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::', false],
    ['fe80::/10', 'fe80::1%eth0', true],
  ])('%s with %s: %s', (inside, address, expected) => expect(holds(inside, address)).toBe(expected))

  it.each([
    ['10.0.0.0/33', 'not from 0 to 32'],
    ['::/129', 'not from 0 to 128'],
    ['::ffff:0.0.0.0/90', 'not from 96 to 128'],
    ['10.0.0.1/8', 'bits set beyond its length'],
    ['10.0.0.0/', 'not an address or a range'],
    ['10.0.0.0/-1', 'not an address or a range'],
    ['intranet', 'not an address or a range'],
  ])('refuses %s', (text, problem) => expect(parseRange(text)).toContain(problem))

  it('agrees with node:net BlockList on plain addresses', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (base, address, prefix) => {
        const list = new BlockList()
        list.addSubnet(base, prefix)
        const start = (parseAddress(base)?.value ?? 0n) & (((1n << BigInt(prefix)) - 1n) << BigInt(32 - prefix))
        const dotted = [24n, 16n, 8n, 0n].map((shift) => (start >> shift) & 255n).join('.')
        expect(holds(`${dotted}/${prefix}`, address)).toBe(list.check(address))
      }),
    )
  })
})

describe('clientAddress', () => {
  const proxies = [range('10.0.0.0/8')]
  const client = (peer: string | undefined, forwarded: string | undefined, trusted = proxies) =>
    clientAddress(peer, () => forwarded, trusted)

  it('ignores X-Forwarded-For when no proxy is trusted, or when a stranger sends it', () => {
    expect(client('203.0.113.9', '10.0.0.1', [])).toEqual(parseAddress('203.0.113.9'))
    expect(client('203.0.113.9', '10.0.0.1')).toEqual(parseAddress('203.0.113.9'))
  })

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['10.6.6.6, 192.0.2.1', '192.0.2.1'],
    ['10.6.6.6, 192.0.2.1, 10.0.0.7', '192.0.2.1'],
    ['1.1.1.1,192.0.2.1:4711', '192.0.2.1'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['10.0.0.7', '10.0.0.7'],
  ])('behind a trusted proxy reads %s from its end', (forwarded, expected) => {
    expect(client('::ffff:10.0.0.2', forwarded)).toEqual(parseAddress(expected))
  })

  it.each(['unknown', '10.0.0.7, x', '10.0.0.7, '])('knows nobody when the proxy says %j', (forwarded) => {
    expect(client('10.0.0.2', forwarded)).toBeUndefined()
  })

  it('never believes what a client put before the proxy', () => {
    fc.assert(
      fc.property(fc.string(), fc.ipV4(), (forged, real) => {
        fc.pre(!real.startsWith('10.'))
        expect(client('10.0.0.2', `${forged}, ${real}`)).toEqual(parseAddress(real))
      }),
    )
  })
})
