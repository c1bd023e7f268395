import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asker, askOnce } from '../../../../test/harness/ask.ts'
import { startDnsmasq } from '../../../../test/harness/dnsmasq.ts'
import { meetFaults } from '../../../../test/harness/meet-faults.ts'
import type { RealServer } from '../../../../test/harness/server.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { dns, type DnsOptions } from './dns.ts'

const RECORDS = [
  'host-record=shop.test,10.0.0.1,fd00::1',
  'cname=www.shop.test,shop.test',
  'mx-host=shop.test,mail.shop.test,10',
  'srv-host=_sip._tcp.shop.test,sip.shop.test,5060,0,5',
  'txt-record=shop.test,v=spf1 -all',
]

let server: RealServer
beforeAll(async () => {
  server = await startDnsmasq(RECORDS)
})
afterAll(() => server.stop())

const ask = (options: Partial<DnsOptions>) => askOnce(dns({ name: 'shop.test', servers: [server.url], ...options }))

describe('dns, against dnsmasq', () => {
  it.each(
    checkConformance({
      name: 'dns',
      healthy: () => dns({ name: 'shop.test', servers: [server.url] }),
      broken: () => dns({ name: 'nowhere.test', servers: [server.url] }),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it.each([
    ['A', 'shop.test', ['10.0.0.1']],
    ['AAAA', 'shop.test', ['fd00::1']],
    ['CNAME', 'www.shop.test', ['shop.test']],
    ['MX', 'shop.test', ['10 mail.shop.test']],
    ['SRV', '_sip._tcp.shop.test', ['0 5 5060 sip.shop.test']],
    ['TXT', 'shop.test', ['v=spf1 -all']],
  ] as const)('finds %s of %s, and what it should be', async (type, name, records) => {
    const result = await ask({ type, name, expected: records, exact: true })
    expect(result).toMatchObject({ status: 'healthy', observed: { unit: 'ms' }, data: { records } })
    expect(result.message).toMatch(
      new RegExp(`^${type} of ${name} at 127\\.0\\.0\\.1:\\d+ answered in [\\d.]+ m?s\\.$`),
    )
  })

  it('compares names without case and the dot at their end', async () => {
    const expected = ['Shop.TEST.']
    expect(await ask({ type: 'CNAME', name: 'www.shop.test', expected })).toMatchObject({ status: 'healthy' })
  })

  it('says what lacks and what is too much', async () => {
    const lacks = await ask({ expected: ['10.0.0.9'] })
    expect(lacks).toMatchObject({ status: 'unhealthy', code: 'DNS_MISMATCH', data: { records: ['10.0.0.1'] } })
    expect(lacks.message).toMatch(/^A of shop\.test at \S+ lacks 10\.0\.0\.9\. Correct the record/)
    const exact = await ask({ expected: ['10.0.0.9'], exact: true })
    expect(exact.message).toMatch(/lacks 10\.0\.0\.9 and has 10\.0\.0\.1\./)
  })

  it('shows no text of TXT records, which may be a token, in its message', async () => {
    const result = await ask({ type: 'TXT', expected: ['token=hunter2hunter2'] })
    expect(result).toMatchObject({ code: 'DNS_MISMATCH', message: expect.stringContaining('lacks 1 expected') })
    expect(JSON.stringify(result)).not.toContain('hunter2')
  })

  it('says so when the name, or a record of that type, does not exist', async () => {
    expect(await ask({ name: 'nowhere.test' })).toMatchObject({
      code: 'DNS_NOT_FOUND',
      message: expect.stringMatching(/^A of nowhere\.test at \S+: the name does not exist\./),
    })
    const none = await ask({ type: 'CNAME' })
    expect(none).toMatchObject({
      code: 'DNS_NOT_FOUND',
      message: expect.stringMatching(/no record of that type\. Add a CNAME/),
    })
  })

  it('says so when nothing listens there', async () => {
    expect(await ask({ servers: ['127.0.0.1:1'] })).toMatchObject({ status: 'unhealthy', code: 'DNS_FAILED' })
  })

  it('says so when something else answers', async () => {
    const other = createSocket('udp4').on('message', (_, { port }) => other.send('HTTP/1.1 400', port, '127.0.0.1'))
    await once(other.bind(0, '127.0.0.1'), 'listening')
    expect(await askOnce(dns({ name: 'a.test', servers: [`127.0.0.1:${other.address().port}`] }), 300)).toMatchObject({
      code: 'DNS_FAILED',
    })
    other.close()
  })

  it('E3: detects whatever the way to the server does to packets, and is back as soon as it is', async () => {
    const codes = await meetFaults({
      server,
      over: 'udp',
      check: (port) => dns({ name: 'shop.test', servers: [`127.0.0.1:${port}`] }),
    })
    expect(codes).toEqual({
      refuse: 'DNS_FAILED',
      'black hole': 'DNS_FAILED',
      garbage: 'DNS_FAILED',
      slow: 'DNS_FAILED',
    })
  })

  it('E3: is answered in time while the server is stopped in its tracks, and is back when it is', async () => {
    const question = asker(dns({ name: 'shop.test', servers: [server.url] }), 300)
    {
      using _ = await server.pause()
      expect((await question()).value).toMatchObject({ status: 'unhealthy', code: 'DNS_FAILED' })
    }
    await expect.poll(async () => (await question()).value.status).toBe('healthy')
  })
})

it('dns refuses what cannot work, all at once', () => {
  const options = { name: 'a b', type: 'PTR' as 'A', exact: true, servers: ['dns.internal'] }
  expect(() => dns(options)).toThrow(
    /name: "a b" is not.*\n.*type: "PTR" is none of A, AAAA.*\n.*exact: needs expected values.*\n.*servers: has one/,
  )
})
