import type { LookupAddress, lookup as systemLookup } from 'node:dns'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AddressRefused, createGuard, type Guard } from './guard.ts'

const open = createGuard({ private: true, allow: [] })
const strict = createGuard({ private: false, allow: [] })

const byte = fc.integer({ min: 0, max: 255 })
const hex = (a: number, b: number): string => ((a << 8) | b).toString(16)

/** Every way in which IPv6 can carry an IPv4 address. */
function spellings([a, b, c, d]: readonly [number, number, number, number]): readonly string[] {
  const low = `${hex(a, b)}:${hex(c, d)}`
  return [
    `${a}.${b}.${c}.${d}`,
    `::ffff:${a}.${b}.${c}.${d}`,
    `::FFFF:${low}`,
    `0:0:0:0:0:ffff:${low}`,
    `::ffff:0:${low}`,
    `64:ff9b::${a}.${b}.${c}.${d}`,
    `64:ff9b::${low}`,
    `2002:${low}::`,
    `2002:${low}:1:2:3:4:5`,
  ]
}

describe('createGuard', () => {
  it.each([
    ['169.254.169.254', 'linkLocal'],
    ['169.254.170.23', 'linkLocal'],
    ['fe80::1', 'linkLocal'],
    ['fe80::a9fe:a9fe%lo', 'linkLocal'],
    ['fd00:ec2::254', 'cloud metadata'],
    ['fd00:ec2::23', 'cloud metadata'],
    ['fd20:ce::254', 'cloud metadata'],
    ['100.100.100.200', 'cloud metadata'],
    ['168.63.129.16', 'cloud metadata'],
    ['192.0.0.192', 'cloud metadata'],
    ['0.0.0.0', 'unspecified'],
    ['::', 'unspecified'],
    ['224.0.0.1', 'multicast'],
    ['ff02::1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['240.0.0.1', 'reserved'],
    ['2001::1', 'teredo'],
    ['64:ff9b:1::a9fe:a9fe', 'rfc6052'],
    ['::169.254.169.254', 'linkLocal'],
  ])('S6: %s (%s) is refused whatever private says', (address, range) => {
    expect(open.refusal(address)).toBe(range)
    expect(strict.refusal(address)).toBe(range)
  })

  it.each(['127.0.0.1', '::1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '100.64.0.1', 'fd12::1', '::127.0.0.1'])(
    'S6: %s is open by policy.private and closed without it',
    (address) => {
      expect(open.refusal(address)).toBeUndefined()
      expect(strict.refusal(address)).toBeTypeOf('string')
    },
  )

  it.each(['1.1.1.1', '93.184.216.34', '2606:4700:4700::1111', '2a00:1450::1'])('%s is open', (address) => {
    expect(strict.refusal(address)).toBeUndefined()
  })

  it('S6: every spelling of an IPv4 address is judged as that address', () => {
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte), fc.boolean(), (octets, allowPrivate) => {
        const guard = createGuard({ private: allowPrivate, allow: [] })
        const [plain, ...others] = spellings(octets)
        const verdict = guard.refusal(plain ?? '')
        for (const other of others) expect([other, guard.refusal(other)]).toEqual([other, verdict])
      }),
      { numRuns: 500 },
    )
  })

  it('S6: no spelling of a link-local address gets through', () => {
    fc.assert(
      fc.property(byte, byte, (c, d) => {
        for (const spelling of spellings([169, 254, c, d])) expect(open.refusal(spelling)).toBe('linkLocal')
      }),
    )
  })

  it('S6: whatever a URL parser makes of a host is judged', () => {
    const hosts = ['2852039166', '0xa9fea9fe', '0251.0376.0251.0376', '169.254.43518', '[::ffff:169.254.169.254]']
    for (const host of hosts) {
      const { hostname } = new URL(`http://user:secret@${host}/latest/meta-data`)
      expect(() => open.judgeHost(hostname)).toThrow(AddressRefused)
    }
    expect(() => open.judgeHost('metadata.google.internal')).not.toThrow()
    expect(() => open.judgeHost('[::1]')).not.toThrow()
  })

  it('permits what allow names, by either spelling and no wider', () => {
    const guard = createGuard({ private: false, allow: ['169.254.169.0/24', 'fd00:ec2::254/128', '10.0.0.0/8'] })
    expect(guard.refusal('169.254.169.254')).toBeUndefined()
    expect(guard.refusal('::ffff:169.254.169.254')).toBeUndefined()
    expect(guard.refusal('fd00:ec2::254')).toBeUndefined()
    expect(guard.refusal('10.255.0.1')).toBeUndefined()
    expect(guard.refusal('169.254.170.2')).toBe('linkLocal')
    expect(guard.refusal('192.168.0.1')).toBe('private')
  })

  it('says which entry of allow is wrong', () => {
    expect(() => createGuard({ private: true, allow: ['10.0.0.0'] })).toThrow('network.allow: "10.0.0.0"')
  })
})

type AllFound = (error: null, found: readonly LookupAddress[]) => void

describe('lookup', () => {
  const answering = (...addresses: string[]): Guard =>
    createGuard({ private: false, allow: [] }, ((_host: string, _options: unknown, callback: AllFound) => {
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )
    }) as typeof systemLookup)

  const ask = (guard: Guard, all: boolean): { error: Error | null; found: string | LookupAddress[] } => {
    let answer: { error: Error | null; found: string | LookupAddress[] } | undefined
    guard.lookup('name.example', { all }, (error, found) => {
      answer = { error, found }
    })
    if (answer === undefined) throw new Error('lookup did not call back')
    return answer
  }

  it('S6: a name that leads to a refused address is refused, after DNS', () => {
    const { error } = ask(answering('169.254.169.254'), true)
    expect(error).toMatchObject({ code: 'ADDRESS_REFUSED' })
    expect(error?.message).toBe(
      '169.254.169.254 (name.example) is a link-local address, which network.allow does not permit',
    )
  })

  it('S6: of several addresses only the open ones are handed on', () => {
    const guard = answering('127.0.0.1', '1.1.1.1', '::ffff:10.0.0.1', '2606:4700::1')
    expect(ask(guard, true).found).toEqual([
      { address: '1.1.1.1', family: 4 },
      { address: '2606:4700::1', family: 6 },
    ])
    expect(ask(guard, false).found).toBe('1.1.1.1')
  })

  it('names the switch that would open a private address', () => {
    expect(ask(answering('10.0.0.1'), true).error?.message).toContain('which network.private does not permit')
  })

  it('E1: a name is looked up once at a time, so that a silent DNS server holds one thread and not all', () => {
    const pending: (() => void)[] = []
    const guard = createGuard({ private: true, allow: [] }, ((_host: string, _options: unknown, callback: AllFound) => {
      pending.push(() => callback(null, [{ address: '127.0.0.1', family: 4 }]))
    }) as typeof systemLookup)
    const answers: unknown[] = []
    const ask = (host: string): void => guard.lookup(host, { all: true }, (_error, found) => void answers.push(found))
    for (const host of ['a.example', 'a.example', 'b.example', 'a.example']) ask(host)
    expect(pending).toHaveLength(2)
    for (const answer of pending.splice(0)) answer()
    expect(answers).toHaveLength(4)
    ask('a.example')
    expect(pending).toHaveLength(1)
  })
})
