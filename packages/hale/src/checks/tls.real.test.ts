import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { askOnce } from '../../../../test/harness/ask.ts'
import { expectFaultsFound, TOLD_APART } from '../../../../test/harness/expect-check.ts'
import { startDovecot } from '../../../../test/harness/dovecot.ts'
import { startPostgres } from '../../../../test/harness/postgres.ts'
import { createTestAuthority } from '../testing/test-authority.ts'
import { tls } from './tls.ts'

const authority = createTestAuthority()
const { ca } = authority

it('tls, startTls: judges the certificate of PostgreSQL, through every fault', async () => {
  await using server = await startPostgres({ tls: authority.issue('127.0.0.1', { days: 90 }) })
  const { host, port } = server
  expect(await askOnce(tls({ host, port, ca, startTls: 'postgres' }))).toMatchObject({
    status: 'healthy',
    observed: { value: 89, unit: 'd' },
    data: { subject: '127.0.0.1', protocol: 'TLSv1.3' },
  })
  expect(await askOnce(tls({ host, port, startTls: 'postgres' }))).toMatchObject({ code: 'TLS_UNTRUSTED' })
  // Without the words that PostgreSQL wants first there is no TLS.
  expect(await askOnce(tls({ host, port, ca, startTls: 'smtp' }), 300)).toMatchObject({ code: 'CONNECTION_TIMEOUT' })
  const codes = {
    ...TOLD_APART,
    'black hole': 'CONNECTION_TIMEOUT',
    'half close': expect.stringMatching(/^CONNECTION_RE|^TLS_FAILED/),
    slow: 'CONNECTION_TIMEOUT',
  }
  await expectFaultsFound({ server, check: (at) => tls({ host, port: at, ca, startTls: 'postgres' }) }, codes)
  await writeFile(join(server.folder, 'data/postgresql.auto.conf'), 'ssl = off\n')
  process.kill(server.pid, 'SIGHUP')
  await expect
    .poll(() => askOnce(tls({ host, port, ca, startTls: 'postgres' })))
    .toMatchObject({
      code: 'TLS_FAILED',
      message: expect.stringMatching(/^127\.0\.0\.1:\d+ does not offer TLS \(ssl is off\)\. See its configuration/),
    })
})

it.each(['imap', 'pop3'] as const)(
  'tls, startTls: judges the certificate of Dovecot by %s, through every fault',
  async (startTls) => {
    await using server = await startDovecot(startTls, authority.issue('127.0.0.1', { days: 90 }))
    const { host, port } = server
    expect(await askOnce(tls({ host, port, ca, startTls }))).toMatchObject({
      status: 'healthy',
      observed: { value: 89, unit: 'd' },
      data: { subject: '127.0.0.1', protocol: 'TLSv1.3' },
    })
    expect(await askOnce(tls({ host, port, startTls }))).toMatchObject({ code: 'TLS_UNTRUSTED' })
    await expectFaultsFound(
      { server, check: (at) => tls({ host, port: at, ca, startTls }) },
      {
        ...TOLD_APART,
        'black hole': 'CONNECTION_TIMEOUT',
        'half close': expect.stringMatching(/^CONNECTION_RE|^TLS_FAILED/),
        slow: 'CONNECTION_TIMEOUT',
      },
    )
  },
)

it('tls, startTls: says so when Dovecot offers no TLS', async () => {
  await using server = await startDovecot('imap')
  const { host, port } = server
  expect(await askOnce(tls({ host, port, ca, startTls: 'imap' }))).toMatchObject({
    code: 'TLS_FAILED',
    message: expect.stringMatching(/^127\.0\.0\.1:\d+ refused STARTTLS \(BAD\)\. See its configuration/),
  })
})
