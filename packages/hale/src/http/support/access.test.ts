import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { createFakeClock } from '../../testing/fake-clock.ts'
import { createAccess } from './access.ts'
import { allow, type AccessOptions } from '../allow.ts'
import type { Key } from './keys.ts'
import { KnownCredentials } from './known-credentials.ts'
import type { Peer } from './peer.ts'
import { may, TIERS } from './tier.ts'
import type { Verifier } from './verifier.ts'

const SHORT = 'open-sesame'
const LONG = 'a-key-that-nobody-guesses'
const digest = (key: string) => `sha256:${createHash('sha256').update(key).digest('hex')}`

interface Asking {
  readonly headers?: Readonly<Record<string, string>>
  readonly peer?: Peer
  readonly method?: string
}

function setUp(keys: readonly Key[], options: AccessOptions = {}) {
  const clock = createFakeClock()
  const error = vi.fn<(message: string, error: unknown) => void>()
  const access = createAccess(keys, allow({ logger: { error }, ...options }), clock)
  const ask = ({ headers = {}, method = 'GET', peer }: Asking = {}) =>
    access.tierOf({ method, path: '/health', header: (name) => headers[name], ...(peer && { peer: () => peer }) })
  return { ask, clock, error }
}

const key = (value: string): Asking => ({ headers: { 'x-api-key': value } })
const from = (address: string): { readonly peer: Peer } => ({ peer: { address } })

describe('tiers', () => {
  it('may what the table says', () => {
    const table = TIERS.map((tier) => [tier, may(tier, 'status'), may(tier, 'report'), may(tier, 'control')])
    expect(table).toEqual([
      ['public', true, false, false],
      ['detail', true, true, false],
      ['admin', true, true, true],
    ])
  })

  it('everybody is public until something is configured', () => {
    const { ask } = setUp([undefined, '', { key: undefined, scope: 'admin' }])
    expect(ask()).toBe('public')
    expect(ask(key(''))).toBe('public')
  })

  it('S1: a key opens its scope, the higher one if it is there twice', () => {
    const { ask } = setUp([
      SHORT,
      { key: digest(LONG), scope: 'admin', name: 'deploy' },
      { key: LONG, scope: 'detail' },
    ])
    expect(ask(key(SHORT))).toBe('detail')
    expect(ask(key(LONG))).toBe('admin')
    expect(ask(key(digest(LONG)))).toBe('public')
  })

  it('S1: a key opens nothing from its end on', async () => {
    const { ask, clock } = setUp([{ key: SHORT, scope: 'admin', expires: '2026-01-01T00:01:00Z' }])
    expect(ask(key(SHORT))).toBe('admin')
    await clock.advance('59s')
    expect(ask(key(SHORT))).toBe('admin')
    await clock.advance('1s')
    expect(ask(key(SHORT))).toBe('public')
  })

  it('S1: a key opens from either header, though a gateway puts its own into the other', () => {
    const { ask } = setUp([LONG])
    expect(ask({ headers: { 'x-api-key': 'of-the-gateway', authorization: `Bearer ${LONG}` } })).toBe('detail')
    expect(ask({ headers: { 'x-api-key': LONG, authorization: 'Bearer of-the-gateway' } })).toBe('detail')
    expect(ask({ headers: { 'x-api-key': '', authorization: `bearer  ${LONG} ` } })).toBe('detail')
  })

  it('S1: a key read from a file opens without its line break, and one that is only white space opens nothing', () => {
    const { ask } = setUp([`${LONG}\n`, ' \n'])
    expect(ask(key(LONG))).toBe('detail')
    expect(ask(key(''))).toBe('public')
    expect(ask(key(' '))).toBe('public')
  })

  it('has the highest of all that lets it in', () => {
    const { ask } = setUp([SHORT, { key: LONG, scope: 'admin' }], { addresses: ['10.0.0.0/8'] })
    expect(ask({ ...key(LONG), ...from('10.1.1.1') })).toBe('admin')
    expect(ask({ ...key('wrong'), ...from('10.1.1.1') })).toBe('detail')
  })
})

describe('addresses', () => {
  it('see the report, in whatever spelling, and no others do', () => {
    const { ask } = setUp([], { addresses: ['10.0.0.0/8', '2001:db8::/32'] })
    expect(ask(from('::ffff:10.1.2.3'))).toBe('detail')
    expect(ask(from('2001:db8::7'))).toBe('detail')
    expect(ask(from('192.0.2.1'))).toBe('public')
    expect(ask({ peer: {} })).toBe('public')
    expect(ask()).toBe('public')
  })

  it('of a forwarded request count only from a trusted proxy', () => {
    const forwarded = { headers: { 'x-forwarded-for': '10.1.2.3' }, peer: { address: '192.0.2.1' } }
    expect(setUp([], { addresses: ['10.0.0.0/8'] }).ask(forwarded)).toBe('public')
    expect(setUp([], { addresses: ['10.0.0.0/8'], trustProxy: ['192.0.2.1'] }).ask(forwarded)).toBe('detail')
  })
})

describe('proxies', () => {
  const addresses = ['10.0.0.0/8']
  const by = (peer: string, headers: Readonly<Record<string, string>>): Asking => ({ headers, ...from(peer) })

  it.each([
    ['a proxy that nobody named lends its address to nobody', [], by('10.0.0.5', { 'x-forwarded-for': '203.0.113.7' })],
    ['nor for an address that the stranger wrote', [], by('10.0.0.5', { 'x-forwarded-for': '10.1.1.1' })],
    ['nor by the other header', [], by('10.0.0.5', { forwarded: 'for=10.1.1.1' })],
    [
      'nor does a named one that tells by the other header only',
      ['10.0.0.5'],
      by('10.0.0.5', { forwarded: 'for=10.1.1.1' }),
    ],
    [
      'what stands before the proxy wrote is hearsay',
      ['10.0.0.5'],
      by('10.0.0.5', { 'x-forwarded-for': '10.1.1.1, 203.0.113.7' }),
    ],
    ['an address that is none is nobody', ['10.0.0.5'], by('10.0.0.5', { 'x-forwarded-for': '10.1.1.1, unknown' })],
    [
      'a stranger cannot pretend to be behind a proxy',
      ['10.0.0.5'],
      by('203.0.113.7', { 'x-forwarded-for': '10.1.1.1' }),
    ],
  ] as const)('%s', (_, trustProxy, asking) => {
    expect(setUp([], { addresses, trustProxy }).ask(asking)).toBe('public')
  })

  it('named, they say who it is', () => {
    const { ask } = setUp([], { addresses, trustProxy: ['192.0.2.0/24'] })
    expect(ask(by('192.0.2.1', { 'x-forwarded-for': '10.1.1.1' }))).toBe('detail')
    expect(ask(by('192.0.2.1', { 'x-forwarded-for': '203.0.113.7, 10.1.1.1, 192.0.2.2' }))).toBe('detail')
    expect(ask(by('192.0.2.1', { 'x-forwarded-for': '10.1.1.1:4711' }))).toBe('detail')
    expect(ask(by('192.0.2.1', {}))).toBe('public')
  })
})

describe('certificates', () => {
  const fingerprint256 = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, '0')).join(':')
  const peer = { certificate: { subject: { O: 'Acme', CN: 'monitor' }, fingerprint256: fingerprint256.toUpperCase() } }

  it.each([
    [{ subject: { CN: 'monitor' } }, 'detail'],
    [{ subject: { CN: 'monitor', O: 'Acme' }, scope: 'admin' }, 'admin'],
    [{ fingerprint: fingerprint256 }, 'detail'],
    [{ fingerprint: fingerprint256.replaceAll(':', ''), scope: 'admin' }, 'admin'],
    [{ subject: { CN: 'Monitor' } }, 'public'],
    [{ subject: { CN: 'monitor', O: 'Other' } }, 'public'],
    [{ subject: { CN: 'monitor', OU: 'ops' } }, 'public'],
    [{ subject: { toString: 'x' } }, 'public'],
    [{ subject: { CN: 'monitor' }, fingerprint: '0'.repeat(64) }, 'public'],
  ] as const)('%j: %s', (certificate, tier) => {
    const { ask } = setUp([], { certificates: [certificate] })
    expect(ask({ peer })).toBe(tier)
    expect(ask({ peer: {} })).toBe('public')
  })
})

describe('a verifier', () => {
  const token = (value: string): Asking => ({ headers: { authorization: `Bearer ${value}` } })

  it('judges tokens and sessions, never what brings none', async () => {
    const verify = vi.fn<Verifier>(({ header }) => (header('cookie') === 'sid=1' ? 'admin' : 'public'))
    const { ask } = setUp([SHORT], { verify })
    expect(ask()).toBe('public')
    expect(ask(key(SHORT))).toBe('detail')
    expect(verify).not.toHaveBeenCalled()
    expect(await ask({ headers: { cookie: 'sid=1' } })).toBe('admin')
    expect(await ask({ headers: { cookie: 'sid=2' } })).toBe('public')
    expect(await ask(token('x'.repeat(4_000)))).toBe('public')
    expect(verify).toHaveBeenCalledTimes(3)
  })

  it.each([
    ['throws', () => { throw new Error('no database') }], // prettier-ignore
    ['rejects', () => Promise.reject(new Error('no database'))],
    ['says something else', (() => true) as unknown as Verifier],
    ['says a name that all objects have', (() => 'constructor') as unknown as Verifier],
  ] as readonly [string, Verifier][])('lets nobody in when it %s, and the log knows', async (_, verify) => {
    const { ask, error } = setUp([], { verify })
    expect(await ask(token('t'))).toBe('public')
    expect(error).toHaveBeenCalledWith('access.verify let nobody in', expect.any(Error))
  })

  it('lets nobody in when it hangs for 2 s', async () => {
    const { ask, clock, error } = setUp([], { verify: () => new Promise(() => {}) })
    const tier = ask(token('t'))
    await clock.advance(2_000)
    expect(await tier).toBe('public')
    expect(error.mock.lastCall?.[1]).toMatchObject({ message: 'it gave no answer within 2 s' })
  })
})

describe('what changes something', () => {
  const { ask } = setUp([], { verify: () => 'admin', addresses: ['10.0.0.0/8'] })
  const post = (headers: Readonly<Record<string, string>>) =>
    ask({ method: 'POST', headers: { cookie: 'sid=1', host: 'app.test', ...headers } })

  it.each([[{}], [{ origin: 'https://app.test' }], [{ 'sec-fetch-site': 'same-origin' }]])(
    'S3: is taken from the own site: %j',
    async (headers) => expect(await post(headers)).toBe('admin'),
  )

  it.each([
    { origin: 'https://evil.test' },
    { origin: 'null' },
    { origin: 'https://app.test.evil.test' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'https://app.test' },
  ])("S3: is not taken from another site's page: %j", async (headers) => expect(await post(headers)).toBe('public'))
})

describe('tries', () => {
  const token = (value: string): Asking => ({ headers: { authorization: `Bearer ${value}` } })
  const judge: Verifier = ({ header }) => (header('authorization')?.startsWith('Bearer good') ? 'detail' : 'public')

  it('S1: a right key always opens, whatever else was tried from its address', () => {
    const { ask } = setUp([SHORT, { key: LONG, scope: 'admin' }], { triesPerMinute: 1 })
    for (let index = 0; index < 1_000; index++) {
      expect(ask({ ...key(`guess-${index}`), ...from('192.0.2.1') })).toBe('public')
    }
    expect(ask({ ...key(SHORT), ...from('192.0.2.1') })).toBe('detail')
    expect(ask({ headers: { authorization: `Bearer ${LONG}` }, ...from('192.0.2.1') })).toBe('admin')
  })

  it('S1: a right key opens without a verifier being asked, though it has no tries left', async () => {
    const verify = vi.fn<Verifier>(() => 'public')
    const { ask } = setUp([LONG], { verify, triesPerMinute: 2 })
    for (let index = 0; index < 10; index++) await ask({ ...token(`wrong-${index}`), ...from('192.0.2.1') })
    expect(verify).toHaveBeenCalledTimes(2)
    expect(ask({ ...token(LONG), ...from('192.0.2.1') })).toBe('detail')
    expect(verify).toHaveBeenCalledTimes(2)
  })

  it('a verifier is asked about ten refused tokens of an address a minute, and about as many the next', async () => {
    const verify = vi.fn<Verifier>(judge)
    const { ask, clock } = setUp([], { verify })
    for (let index = 0; index < 50; index++) await ask({ ...token(`wrong-${index}`), ...from('192.0.2.1') })
    expect(verify).toHaveBeenCalledTimes(10)
    expect(await ask({ ...token('good'), ...from('192.0.2.2') })).toBe('detail')
    await clock.advance('1m')
    expect(await ask({ ...token('good'), ...from('192.0.2.1') })).toBe('detail')
  })

  it('a verifier is asked for an address no more than ten at once, however many tokens come at once', async () => {
    const verify = vi.fn<Verifier>(() => new Promise(() => {}))
    const { ask, clock } = setUp([], { verify })
    const tiers = Array.from({ length: 50 }, (_, index) => ask(token(`wrong-${index}`)))
    await clock.advance(2_000)
    expect(new Set(await Promise.all(tiers.map(async (tier) => tier)))).toEqual(new Set(['public']))
    expect(verify).toHaveBeenCalledTimes(10)
  })

  it('whoever was let in goes on being asked about while others use the tries of the address up', async () => {
    const { ask, clock } = setUp([], { verify: judge })
    expect(await ask(token('good'))).toBe('detail')
    for (let minute = 0; minute < 30; minute++) {
      for (let index = 0; index < 20; index++) await ask(token(`wrong-${minute}-${index}`))
      expect(await ask(token('good'))).toBe('detail')
      await clock.advance('1m')
    }
    for (let index = 0; index < 20; index++) await ask(token(`wrong-${index}`))
    expect(await ask(token('good too'))).toBe('public')
  })

  it('the verifier decides each time: what was let in before and is revoked stays out', async () => {
    const good = new Set(['Bearer a'])
    const { ask } = setUp([], {
      verify: ({ header }) => (good.has(header('authorization') ?? '') ? 'admin' : 'public'),
    })
    expect(await ask(token('a'))).toBe('admin')
    good.clear()
    expect(await ask(token('a'))).toBe('public')
  })

  it('a verifier that fails for a while does not cost who was let in before', async () => {
    let isDown = false
    const verify: Verifier = (request) => {
      if (isDown) throw new Error('no database')
      return judge(request)
    }
    const { ask } = setUp([], { verify })
    expect(await ask(token('good'))).toBe('detail')
    isDown = true
    for (let index = 0; index < 30; index++) expect(await ask(token('good'))).toBe('public')
    isDown = false
    expect(await ask(token('good'))).toBe('detail')
  })

  it('a hundred requests at once with one good token are all let in', async () => {
    const { ask } = setUp([], { verify: async (request) => judge(request) })
    const tiers = await Promise.all(Array.from({ length: 100 }, async () => ask(token('good'))))
    expect(new Set(tiers)).toEqual(new Set(['detail']))
  })

  it('counts the 64 bits of an IPv6 network as one client', async () => {
    const verify = vi.fn<Verifier>(() => 'public')
    const { ask } = setUp([], { verify })
    for (let index = 0; index < 20; index++) await ask({ ...token(`wrong-${index}`), ...from(`2001:db8::${index}`) })
    expect(verify).toHaveBeenCalledTimes(10)
    await ask({ ...token('wrong'), ...from('2001:db8:0:1::') })
    expect(verify).toHaveBeenCalledTimes(11)
  })

  it('whatever comes in whatever order: probes, right keys and tokens seen before are let in, the rest is rationed', async () => {
    const request = fc.record({
      who: fc.constantFrom('192.0.2.1', '192.0.2.2', '2001:db8::1', '2001:db8::2', undefined),
      what: fc.constantFrom('probe', 'right key', 'wrong key', 'wrong token', 'seen token', 'new token'),
      waitMs: fc.constantFrom(0, 0, 0, 1_000, 30_000),
    })
    const outcomes = {
      probe: ['public'],
      'right key': ['admin'],
      'wrong key': ['public'],
      'wrong token': ['public'],
      'seen token': ['detail'],
      'new token': ['detail', 'public'],
    }
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 120 }), async (requests) => {
        const asked = new Map<string, number[]>()
        let client = ''
        const access = setUp([{ key: LONG, scope: 'admin' }], {
          triesPerMinute: 3,
          verify: (given) => {
            const tier = judge(given)
            if (tier === 'public') asked.set(client, [...(asked.get(client) ?? []), access.clock.now()])
            return tier
          },
        })
        await access.ask(token('good, seen'))
        for (const [index, { waitMs, what, who }] of requests.entries()) {
          await access.clock.advance(waitMs)
          client = who?.startsWith('2001') ? '2001' : (who ?? 'unknown')
          const brought = {
            probe: {},
            'right key': key(LONG),
            'wrong key': key('wrong'),
            'wrong token': token('bad'),
            'seen token': token('good, seen'),
            'new token': token(`good, new ${index}`),
          }[what]
          expect(outcomes[what]).toContain(await access.ask({ ...brought, ...(who === undefined ? {} : from(who)) }))
          // Ten minutes without it would end the memory of it.
          if (index % 10 === 0) await access.ask(token('good, seen'))
        }
        // Windows begin with a client's first try, so any minute holds at most two of them.
        const mostInAMinute = [...asked.values()].flatMap((times) =>
          times.map((at) => times.filter((other) => other >= at && other < at + 60_000).length),
        )
        expect(Math.max(0, ...mostInAMinute)).toBeLessThanOrEqual(6)
      }),
      { numRuns: 100 },
    )
  })

  it('S9: a bounded number of credentials is remembered, for ten minutes each', () => {
    const known = new KnownCredentials()
    for (let index = 0; index < 5_000; index++) known.note(String(index), 0)
    expect(known.size).toBe(1_000)
    expect(known.has('4999', 599_999)).toBe(true)
    expect(known.has('4999', 600_000)).toBe(false)
    expect(known.has('0', 0)).toBe(false)
  })
})

it('refuses everything that is malformed, at once', () => {
  const keys = [
    { key: LONG, scope: 'root' as 'admin', name: 'deploy', expires: 'soon' },
    'sha256:abc',
    'k'.repeat(513),
    'schlüssel-mit-ü',
    'two\nlines',
  ]
  expect(() => setUp(keys)).toThrow(
    expect.objectContaining({
      problems: [
        { field: 'keys[0] (deploy)', message: 'expires is not a date such as "2027-01-31"' },
        { field: 'keys[0] (deploy)', message: 'scope is "root", neither detail nor admin' },
        { field: 'keys[1]', message: 'sha256: is not followed by 64 hexadecimal digits' },
        { field: 'keys[2]', message: 'the key is longer than 512 characters, so it would never open' },
        { field: 'keys[3]', message: 'the key has characters that no header carries, so it would never open' },
        { field: 'keys[4]', message: 'the key has characters that no header carries, so it would never open' },
      ],
    }),
  )
  const options = {
    addresses: ['10.0.0.1/8'],
    certificates: [{}, { fingerprint: 'ab:cd' }, { subject: { CN: '' } }],
    trustProxy: ['proxy'],
    triesPerMinute: 0,
  }
  expect(() => allow(options)).toThrow(
    expect.objectContaining({
      problems: [
        { field: 'access.triesPerMinute', message: '0 is not a number from 1 on' },
        { field: 'access.certificates[0]', message: 'give it a subject or a fingerprint' },
        { field: 'access.certificates[1]', message: 'fingerprint is not SHA-256 in 64 hexadecimal digits' },
        { field: 'access.certificates[2]', message: 'subject has an attribute that is empty' },
        { field: 'access.addresses[0]', message: '"10.0.0.1/8" has bits set beyond its length' },
        { field: 'access.trustProxy[0]', message: '"proxy" is not an address or a range such as "10.0.0.0/8"' },
      ],
    }),
  )
})
