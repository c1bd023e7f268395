import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { isIPv4 } from 'node:net'
import { der } from './der.ts'

/** A server's private key and certificate, both PEM. What `tls.createServer` and `https.createServer` take. */
export interface Identity {
  readonly key: string
  readonly cert: string
}

/** A certificate authority of the test's own; nobody else trusts it. */
export interface TestAuthority {
  /** Its certificate (PEM): the `ca` of clients that are to trust it. */
  readonly ca: string
  /**
   * Makes a server's identity.
   *
   * @param name a DNS name or an IPv4 address. A server that shows another name than it was asked for is refused.
   * @param options `days` from now until it ends, default 30; negative: so long ago it ended.
   */
  issue(name: string, options?: { readonly days?: number }): Identity
}

/** Makes an authority in memory (ECDSA on P-256), by node:crypto and without `openssl`. Takes about a millisecond. */
export function createTestAuthority(): TestAuthority {
  const { privateKey, publicKey } = newKeys()
  // A name of its own, so that a client tells two authorities apart as it would two real ones.
  const issuer = `Hale test authority ${randomBytes(4).toString('hex')}`
  const cert = (subject: string, key: KeyObject, days: number, extension: Buffer): string =>
    toPem(signed(body({ issuer, subject, key, days, extension }), privateKey))
  return {
    ca: cert(issuer, publicKey, 365, isAuthority()),
    issue(name, { days = 30 } = {}) {
      const keys = newKeys()
      return {
        key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
        cert: cert(name, keys.publicKey, days, alternativeName(name)),
      }
    },
  }
}

function newKeys(): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
}

const DAY_MS = 86_400_000
const ECDSA_WITH_SHA256 = der.sequence(der.oid('1.2.840.10045.4.3.2'))

interface Subject {
  readonly issuer: string
  readonly subject: string
  readonly key: KeyObject
  readonly days: number
  readonly extension: Buffer
}

/** What is signed: TBSCertificate, version 3 (RFC 5280, section 4.1). */
function body({ issuer, subject, key, days, extension }: Subject): Buffer {
  const end = Date.now() + days * DAY_MS
  const begin = Math.min(Date.now(), end) - DAY_MS
  return der.sequence(
    der.tagged(0, der.integer(Buffer.of(2)), 'around'),
    der.integer(Buffer.of(1, ...randomBytes(15))),
    ECDSA_WITH_SHA256,
    nameOf(issuer),
    der.sequence(der.time(begin), der.time(end)),
    nameOf(subject),
    key.export({ type: 'spki', format: 'der' }),
    der.tagged(3, der.sequence(extension), 'around'),
  )
}

function signed(content: Buffer, key: KeyObject): Buffer {
  return der.sequence(content, ECDSA_WITH_SHA256, der.bits(sign('sha256', content, key)))
}

function nameOf(commonName: string): Buffer {
  return der.sequence(der.set(der.sequence(der.oid('2.5.4.3'), der.utf8(commonName))))
}

/** Basic constraints, critical: it may sign others. */
function isAuthority(): Buffer {
  return der.sequence(der.oid('2.5.29.19'), der.true(), der.octets(der.sequence(der.true())))
}

function alternativeName(name: string): Buffer {
  const general = isIPv4(name)
    ? der.tagged(7, Buffer.from(name.split('.').map(Number)), 'instead')
    : der.tagged(2, Buffer.from(name), 'instead')
  return der.sequence(der.oid('2.5.29.17'), der.octets(der.sequence(general)))
}

function toPem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
