import { once } from 'node:events'
import { createServer as createPlainServer, type AddressInfo, type Server } from 'node:net'
import { createServer, type TlsOptions as ServerOptions } from 'node:tls'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asker, askOnce } from '../../../../test/harness/ask.ts'
import { meetFaults } from '../../../../test/harness/meet-faults.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { createTestAuthority } from '../testing/test-authority.ts'
import type { StartTls } from './support/start-tls.ts'
import { tls } from './tls.ts'

const host = '127.0.0.1'
const authority = createTestAuthority()
const { ca } = authority
const servers: Server[] = []
afterAll(() => {
  for (const server of servers) server.close()
})

async function listen(server: Server): Promise<number> {
  servers.push(server)
  await once(server.listen(0, host), 'listening')
  return (server.address() as AddressInfo).port
}

const serve = (options: ServerOptions): Promise<number> =>
  listen(createServer(options, (socket) => socket.on('error', () => {})).on('tlsClientError', () => {}))

const issued = (days: number, name = host): Promise<number> => serve(authority.issue(name, { days }))

let port: number
let silent: number
beforeAll(async () => {
  port = await issued(90)
  silent = await listen(createPlainServer((socket) => socket.on('error', () => {})))
})

/** The certificate with other bytes where its end is. That breaks the signature too. */
function endingAt(cert: string, end: string): string {
  const der = Buffer.from(cert.replaceAll(/-----.*-----|\n/g, ''), 'base64')
  const time = (from: number): number => der.indexOf(Buffer.of(0x17, 13), from)
  der.write(end, time(time(0) + 1) + 2, 13, 'latin1')
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`
}

describe('tls', () => {
  it.each(['ABCDEFGHIJKLZ', '309999000000Z'])('lives on when a certificate ends at %s, and says so', async (end) => {
    const { cert, key } = authority.issue(host)
    const result = await askOnce(tls({ host, port: await serve({ key, cert: endingAt(cert, end) }), ca }))
    expect(result).toMatchObject({
      status: 'unhealthy',
      code: 'TLS_FAILED',
      message: expect.stringContaining('no date'),
    })
  })

  it.each(
    checkConformance({
      name: 'tls',
      healthy: () => tls({ host, port, ca }),
      broken: () => tls({ host, port: 1 }),
      silent: () => tls({ host, port: silent }),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('says how many days are left, for whom it is and who signed it', async () => {
    expect(await askOnce(tls({ host, port, ca }))).toMatchObject({
      status: 'healthy',
      message: `The certificate of ${host}:${port} is good for 89 d.`,
      observed: { value: 89, unit: 'd' },
      data: { subject: host, issuer: expect.stringMatching(/^Hale test authority/), protocol: 'TLSv1.3' },
    })
    const slow = await askOnce(tls({ host, port, ca, degraded: '0ms' }))
    expect(slow).toMatchObject({ status: 'degraded', code: 'SLOW', observed: { unit: 'ms' } })
  })

  it.each([
    [20, 'degraded', 'ends in 19 d, limit 21 d'],
    [2, 'unhealthy', 'ends in 1 d, limit 3 d'],
  ] as const)('one with %d days left is %s, TLS_EXPIRES_SOON', async (days, status, words) => {
    const result = await askOnce(tls({ host, port: await issued(days), ca }))
    expect(result).toMatchObject({ status, code: 'TLS_EXPIRES_SOON', message: expect.stringContaining(words) })
  })

  it('takes limits of its own', async () => {
    const options = { host, port: await issued(20), ca }
    expect(await askOnce(tls({ ...options, daysDegraded: 10 }))).toMatchObject({ status: 'healthy' })
    expect(await askOnce(tls({ ...options, daysDegraded: 60, daysUnhealthy: 30 }))).toMatchObject({
      status: 'unhealthy',
    })
  })

  it('says since when one has ended', async () => {
    const at = await issued(-5)
    const result = await askOnce(tls({ host, port: at, ca }))
    expect(result).toMatchObject({ code: 'TLS_EXPIRED', observed: { value: -6 } })
    expect(result.message).toMatch(/^The certificate of 127\.0\.0\.1:\d+ ended 6 d ago, on \d{4}-\d\d-\d\d\. Renew it/)
  })

  it.each([
    ['nobody trusted signed', () => tls({ host, port }), 'TLS_UNTRUSTED'],
    ['is for another name', async () => tls({ host, port: await issued(90, 'other.test'), ca }), 'TLS_NAME_MISMATCH'],
    ['is for another server name', () => tls({ host, port, ca, servername: 'shop.test' }), 'TLS_NAME_MISMATCH'],
  ] as const)('says so when the certificate %s', async (_, make, code) => {
    expect(await askOnce(await make())).toMatchObject({ status: 'unhealthy', code, observed: { unit: 'd' } })
  })

  it('asks for the name that it is told, whatever the address', async () => {
    const at = await issued(90, 'shop.test')
    expect(await askOnce(tls({ host, port: at, ca, servername: 'shop.test' }))).toMatchObject({ status: 'healthy' })
  })

  it('says so when the port does not speak TLS', async () => {
    const plain = await listen(createPlainServer((socket) => socket.on('error', () => {}).end('220 hello\r\n')))
    expect(await askOnce(tls({ host, port: plain }))).toMatchObject({ status: 'unhealthy', code: 'TLS_FAILED' })
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    const codes = await meetFaults({ server: { host, port }, check: (at) => tls({ host, port: at, ca }) })
    expect(codes).toEqual({
      refuse: expect.stringMatching(/^CONNECTION_RE/),
      reset: 'CONNECTION_RESET',
      'black hole': 'CONNECTION_TIMEOUT',
      garbage: 'TLS_FAILED',
      'half close': expect.stringMatching(/^(?:CONNECTION_RESET|TLS_FAILED)$/),
      slow: 'CONNECTION_TIMEOUT',
    })
  })

  describe('startTls', () => {
    async function mail(options: SMTPServerOptions = {}): Promise<number> {
      const server = new SMTPServer({
        ...authority.issue(host, { days: 20 }),
        logger: false,
        disableReverseLookup: true,
        ...options,
      })
      server.on('error', () => {})
      server.listen(0, host)
      await once(server.server, 'listening')
      servers.push(server.server)
      return (server.server.address() as AddressInfo).port
    }
    const saying = (...texts: readonly string[]): Promise<number> => {
      return listen(
        createPlainServer((socket) => {
          const rest = [...texts]
          socket.on('error', () => {}).on('data', () => socket.write(rest.shift() ?? ''))
          socket.write(rest.shift() ?? '')
        }),
      )
    }
    const ask = (at: number, startTls: StartTls = 'smtp') => askOnce(tls({ host, port: at, ca, startTls }))

    it('smtp: judges the certificate of a mail server, and leaves no connection', async () => {
      const at = await mail()
      expect(await ask(at)).toMatchObject({
        status: 'degraded',
        code: 'TLS_EXPIRES_SOON',
        observed: { value: 19, unit: 'd' },
        data: { subject: host },
      })
      const taken = servers.at(-1) as Server
      await expect.poll(() => new Promise((resolve) => taken.getConnections((_, count) => resolve(count)))).toBe(0)
      expect(await askOnce(tls({ host, port: at, startTls: 'smtp' }))).toMatchObject({ code: 'TLS_UNTRUSTED' })
    })

    it('smtp: says so when a mail server offers no STARTTLS', async () => {
      expect(await ask(await mail({ hideSTARTTLS: true }))).toMatchObject({
        status: 'unhealthy',
        code: 'TLS_FAILED',
        message: expect.stringMatching(/^127\.0\.0\.1:\d+ does not offer STARTTLS\. See/),
      })
    })

    it.each([
      ['puts off who connects', ['421 busy\r\n'], 'NOT_READY'],
      ['refuses EHLO', ['220 a\r\n', '550-no\r\n550 really\r\n'], 'QUERY_FAILED'],
      ['offers STARTTLS and refuses it', ['220 a\r\n', '250-a\r\n250 STARTTLS\r\n', '454 not now\r\n'], 'TLS_FAILED'],
      ['is none', ['SSH-2.0-OpenSSH_9.2\r\n'], 'PROTOCOL_ERROR'],
      ['says nothing that ends', ['x'.repeat(20_000)], 'PROTOCOL_ERROR'],
      ['goes on in the clear', ['220 a\r\n', '250 STARTTLS\r\n', '220 go\r\n', '500 what?\r\n'], 'TLS_FAILED'],
    ])('smtp: says so when a mail server %s', async (_, texts, code) => {
      expect(await ask(await saying(...texts))).toMatchObject({ status: 'unhealthy', code })
    })

    it.each([
      ['imap', 'puts off who connects', ['* BYE overloaded\r\n'], 'NOT_READY'],
      ['imap', 'has logged in already', ['* PREAUTH welcome\r\n'], 'TLS_FAILED'],
      ['imap', 'knows no STARTTLS', ['* OK hi\r\n', 'hale BAD what?\r\n'], 'TLS_FAILED'],
      ['imap', 'does not change to TLS now', ['* OK hi\r\n', '* 1 EXISTS\r\nhale NO later\r\n'], 'TLS_FAILED'],
      ['imap', 'goes on in the clear', ['* OK hi\r\n', 'hale OK go\r\n', '* BYE\r\n'], 'TLS_FAILED'],
      ['imap', 'is none', ['SSH-2.0-OpenSSH_9.2\r\n'], 'PROTOCOL_ERROR'],
      ['imap', 'answers with no word of it', ['* OK hi\r\n', '500 what?\r\n'], 'PROTOCOL_ERROR'],
      ['imap', 'says nothing that ends', ['* OK '.repeat(5_000)], 'PROTOCOL_ERROR'],
      ['pop3', 'puts off who connects', ['-ERR busy\r\n'], 'NOT_READY'],
      ['pop3', 'knows no STLS', ['+OK hi\r\n', '-ERR what?\r\n'], 'TLS_FAILED'],
      ['pop3', 'goes on in the clear', ['+OK hi\r\n', '+OK go\r\n', '-ERR what?\r\n'], 'TLS_FAILED'],
      ['pop3', 'is none', ['220 mail.test ESMTP\r\n'], 'PROTOCOL_ERROR'],
    ] as const)('%s: says so when a mail server %s', async (protocol, _, texts, code) => {
      expect(await ask(await saying(...texts), protocol)).toMatchObject({ status: 'unhealthy', code })
    })

    it('postgres: says so when something else answers', async () => {
      expect(await ask(await saying('', 'HTTP/1.1 400 Bad Request\r\n'), 'postgres')).toMatchObject({
        code: 'PROTOCOL_ERROR',
      })
    })

    it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
      const codes = await meetFaults({
        server: { host, port: await mail() },
        check: (at) => tls({ host, port: at, ca, startTls: 'smtp', daysDegraded: 5 }),
      })
      expect(codes).toEqual({
        refuse: expect.stringMatching(/^CONNECTION_RE/),
        reset: 'CONNECTION_RESET',
        'black hole': 'CONNECTION_TIMEOUT',
        garbage: 'PROTOCOL_ERROR',
        'half close': 'CONNECTION_RESET',
        slow: 'CONNECTION_TIMEOUT',
      })
    })
  })

  it('E12: leaves no connection open', async () => {
    const server = createServer(authority.issue(host), (socket) => socket.on('error', () => {}))
    const ask = asker(tls({ host, port: await listen(server), ca }))
    for (let run = 0; run < 5; run++) expect((await ask()).value.status).toBe('healthy')
    await expect.poll(() => new Promise((resolve) => server.getConnections((_, count) => resolve(count)))).toBe(0)
  })

  it('refuses what cannot work, all at once', () => {
    expect(() =>
      tls({ host: '', port: 0, startTls: 'ftp' as 'smtp', servername: '10.0.0.1', daysDegraded: 1, daysUnhealthy: 2 }),
    ).toThrow(
      /host: "" is not.*\n.*port: 0 is not.*\n.*startTls: "ftp" is none of smtp, imap, pop3, postgres.*\n.*servername: must be a name.*\n.*daysDegraded: 1 must not be below/,
    )
  })
})
