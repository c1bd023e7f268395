import { refuseUnknown, type Problem } from '../../core/misuse.ts'
import { isText } from '../../core/rules.ts'
import type { PeerCertificate } from './peer.ts'
import { higher, type Tier } from './tier.ts'

/** A client that mutual TLS knows: by its certificate's subject, its fingerprint, or both. */
export interface ClientCertificate {
  /** Attributes that its subject must have, such as `{ O: 'Acme', CN: 'monitor' }`; others it may have. */
  readonly subject?: Readonly<Record<string, string>>
  /** SHA-256 fingerprint: 64 hexadecimal digits, with or without colons. */
  readonly fingerprint?: string
  /** Default `detail`. */
  readonly scope?: 'detail' | 'admin'
}

/** Makes what says which tier a certificate opens, and adds to `problems` what is wrong with the list. */
export function createCertificateList(
  clients: readonly ClientCertificate[],
  problems: Problem[],
): (certificate: PeerCertificate) => Tier {
  const known = clients.map((client, index) => {
    const refuse = (message: string): void => void problems.push({ field: `access.certificates[${index}]`, message })
    const { fingerprint, scope = 'detail', subject = {}, ...unknown } = Object(client) as ClientCertificate
    refuseUnknown(unknown, ['subject', 'fingerprint', 'scope'], (field, message) => refuse(`${field}: ${message}`))
    const wanted = Object.entries(subject)
    const digits = fingerprint === undefined ? undefined : plainDigits(fingerprint)
    if (digits === undefined && wanted.length === 0) refuse('give it a subject or a fingerprint')
    if (digits !== undefined && !/^[0-9a-f]{64}$/.test(digits))
      refuse('fingerprint is not SHA-256 in 64 hexadecimal digits')
    if (wanted.some(([, value]) => typeof value !== 'string' || value === ''))
      refuse('subject has an attribute that is empty')
    if (scope !== 'detail' && scope !== 'admin') refuse(`scope is ${JSON.stringify(scope)}, neither detail nor admin`)
    return { digits, scope, wanted }
  })
  return ({ fingerprint256, subject }) =>
    known
      .filter(({ digits }) => digits === undefined || digits === plainDigits(fingerprint256))
      .filter(({ wanted }) => wanted.every(([name, value]) => Object.hasOwn(subject, name) && subject[name] === value))
      .reduce<Tier>((tier, { scope }) => higher(tier, scope), 'public')
}

function plainDigits(fingerprint: unknown): string {
  return isText(fingerprint) ? fingerprint.replaceAll(':', '').toLowerCase() : ''
}
