import type { KnownCode } from './codes.ts'

/** The codes that the common table gives. */
export type ErrorCode = Extract<
  KnownCode,
  | 'CHECK_THREW'
  | 'TIMEOUT'
  | `CONNECTION_${string}`
  | 'HOST_UNREACHABLE'
  | 'DNS_NOT_FOUND'
  | 'DNS_FAILED'
  | `TLS_${'EXPIRED' | 'NAME_MISMATCH' | 'UNTRUSTED' | 'FAILED'}`
  | 'AUTH_FAILED'
  | 'PROTOCOL_ERROR'
  | 'QUERY_FAILED'
  | 'NOT_READY'
  | 'TOO_MANY_CONNECTIONS'
>

/** What is wrong, and what to try, for a person. In braces: what leads to the place, where it is known. */
export interface Sentence {
  readonly what: string
  readonly tryThis: string
}

const SENTENCES: Readonly<Record<ErrorCode, Sentence>> = {
  CHECK_THREW: { what: 'The check{ of} failed', tryThis: "The app's log has the whole error." },
  TIMEOUT: { what: 'No answer{ from} in time', tryThis: 'See whether it is overloaded or hangs, or allow more time.' },
  CONNECTION_REFUSED: { what: 'Nothing listens{ at}', tryThis: 'Start the service, or correct host and port.' },
  CONNECTION_RESET: {
    what: 'The connection{ to} was closed by the other side',
    tryThis: 'See its log: did it restart or crash?',
  },
  CONNECTION_TIMEOUT: {
    what: 'No connection{ to} in time',
    tryThis: 'See whether the host is up and a firewall drops packets.',
  },
  CONNECTION_FAILED: {
    what: 'The connection{ to} cannot be used',
    tryThis: 'See whether the service is up and the client connected.',
  },
  HOST_UNREACHABLE: {
    what: 'There is no route{ to}',
    tryThis: 'See whether the host is up and the network is joined to this one.',
  },
  DNS_NOT_FOUND: { what: 'The host{} does not exist', tryThis: 'Correct it, or add it to DNS.' },
  DNS_FAILED: { what: 'The host{} could not be looked up', tryThis: 'See whether the DNS server answers.' },
  TLS_EXPIRED: {
    what: 'The certificate{ of} has expired or is not valid yet',
    tryThis: 'Renew it, and compare the clocks.',
  },
  TLS_NAME_MISMATCH: {
    what: 'The certificate{ of} is for another name',
    tryThis: 'Use the name that it is for, or get one for this name.',
  },
  TLS_UNTRUSTED: {
    what: 'The certificate{ of} is not signed by a trusted authority',
    tryThis: 'Send the whole chain, or trust its authority (NODE_EXTRA_CA_CERTS).',
  },
  TLS_FAILED: {
    what: 'The TLS handshake{ with} failed',
    tryThis: 'See whether that port speaks TLS, and which versions.',
  },
  AUTH_FAILED: {
    what: 'The credentials were refused{ by}',
    tryThis: 'Correct user and password, and see what the user may do.',
  },
  PROTOCOL_ERROR: {
    what: 'The answer{ from} is not of the expected protocol',
    tryThis: 'See whether the port is that of another service.',
  },
  QUERY_FAILED: { what: 'The query{ at} failed', tryThis: 'Run it by hand, and see the log there.' },
  NOT_READY: {
    what: 'The server{ at} is not ready to serve',
    tryThis: 'Wait until it has started or recovered; see its log.',
  },
  TOO_MANY_CONNECTIONS: {
    what: 'The server{ at} takes no more connections',
    tryThis: 'Close idle ones, make pools smaller, or raise its limit.',
  },
}

/** A finding of its own, with its own sentence. */
export interface Told extends Sentence {
  readonly code: KnownCode
}

/** What an error comes to. */
export type Finding = ErrorCode | Told

/** The sentence of a code of the common table. */
export function tell(code: ErrorCode): Told {
  return { code, ...SENTENCES[code] }
}

/** What is wrong, with the place in it. */
export function say({ what }: Sentence, place: string | undefined): string {
  return what.replace(/\{(.*)\}/, (_, to: string) => (place === undefined ? '' : `${to} ${place}`))
}
