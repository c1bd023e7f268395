import { X509Certificate } from 'node:crypto'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFaultProxy, type FaultProxy } from './fault-proxy.ts'
import { createTestAuthority, type Identity } from './test-authority.ts'

const authority = createTestAuthority()
const right = authority.issue('db.example')
const echo = createServer((socket) => socket.on('error', () => {}).pipe(socket))
let proxy: FaultProxy

beforeAll(async () => {
  await once(echo.listen(0, '127.0.0.1'), 'listening')
  proxy = await openFaultProxy({ target: echo.address() as AddressInfo, tls: right })
})
afterAll(async () => {
  await proxy.close()
  echo.close()
})

/** What a client hears that trusts the authority and asks for db.example: an echo, or why it refused. */
async function outcome(servername = 'db.example'): Promise<string> {
  const socket = connect({ host: proxy.host, port: proxy.port, ca: authority.ca, servername })
  try {
    await once(socket, 'secureConnect')
    socket.write('hello')
    const [data] = (await once(socket, 'data')) as [Buffer]
    return String(data)
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code)
  } finally {
    socket.destroy()
  }
}

describe('a fault proxy that speaks TLS', () => {
  it.each<[string, () => Identity, string]>([
    ['the right certificate', () => right, 'hello'],
    ['a wrong name', () => authority.issue('elsewhere.example'), 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['an expired one', () => authority.issue('db.example', { days: -1 }), 'CERT_HAS_EXPIRED'],
    ["a stranger's", () => createTestAuthority().issue('db.example'), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['the right one again', () => right, 'hello'],
  ])('shows %s', async (_name, identity, expected) => {
    proxy.present(identity())
    expect(await outcome()).toBe(expected)
  })

  it('fails on demand below TLS too', async () => {
    await proxy.set('garbage')
    expect(await outcome()).toMatch(/^ERR_SSL/)
    await proxy.set('reset')
    expect(await outcome()).toBe('ECONNRESET')
    await proxy.set('pass')
    expect(await outcome()).toBe('hello')
  })

  it('has nothing to present when it passes bytes as they are', async () => {
    await using plain = await openFaultProxy({ target: echo.address() as AddressInfo })
    expect(() => plain.present(right)).toThrow(/opened without `tls`/)
  })
})

describe('the test authority', () => {
  it('issues what node:crypto reads: names, addresses, days, issuer', () => {
    const { cert } = authority.issue('127.0.0.1', { days: 10 })
    const parsed = new X509Certificate(cert)
    expect(parsed.subjectAltName).toBe('IP Address:127.0.0.1')
    expect(parsed.checkIP('127.0.0.1')).toBe('127.0.0.1')
    expect(parsed.verify(new X509Certificate(authority.ca).publicKey)).toBe(true)
    expect(parsed.checkIssued(new X509Certificate(authority.ca))).toBe(true)
    const days = (Date.parse(parsed.validTo) - Date.now()) / 86_400_000
    expect(days).toBeGreaterThan(9.9)
    expect(days).toBeLessThanOrEqual(10)
    expect(new X509Certificate(right.cert).checkHost('db.example')).toBe('db.example')
  })

  it('writes names of every length', () => {
    for (const length of [1, 60, 61, 63, 64, 127, 128, 255]) {
      const name = 'x'.repeat(length)
      expect(new X509Certificate(authority.issue(name).cert).subjectAltName).toBe(`DNS:${name}`)
    }
  })
})
