import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'

/** Who is at the other end of a connection, as the connection itself says. */
export interface Peer {
  /** Its IP address; absent over a Unix socket. */
  readonly address?: string
  /** Its certificate, present only when it was asked for and found valid. */
  readonly certificate?: PeerCertificate
}

export interface PeerCertificate {
  /** The attributes of its subject, such as `CN` and `O`, those left out that are there more than once. */
  readonly subject: Readonly<Record<string, string>>
  /** SHA-256 over its DER form: hexadecimal digits, with or without colons. */
  readonly fingerprint256: string
}

/** The peer of a socket of Node's. */
export function peerOf(socket: Socket): Peer {
  const { remoteAddress: address } = socket
  const certificate = 'authorized' in socket ? certificateOf(socket as TLSSocket) : undefined
  return { ...(address === undefined ? {} : { address }), ...(certificate === undefined ? {} : { certificate }) }
}

// Where `rejectUnauthorized` is off a socket may bring a certificate that nobody vouches for.
function certificateOf(socket: TLSSocket): PeerCertificate | undefined {
  if (!socket.authorized) return undefined
  // Typed as always there; without a certificate it is an empty object.
  const { fingerprint256, subject } = socket.getPeerCertificate() as Partial<
    ReturnType<TLSSocket['getPeerCertificate']>
  >
  if (fingerprint256 === undefined || subject === undefined) return undefined
  const single = Object.entries(subject).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return { subject: Object.fromEntries(single), fingerprint256 }
}
