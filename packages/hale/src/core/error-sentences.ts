import type { KnownCode } from './codes.ts'

/** What is wrong, and what to try, for a person. */
export interface Sentence {
  readonly what: string
  readonly tryThis: string
}

const SENTENCES: Readonly<Partial<Record<KnownCode, Sentence>> & Record<'CHECK_THREW', Sentence>> = {
  CHECK_THREW: { what: 'The check threw', tryThis: "The app's log has the whole error." },
  TIMEOUT: { what: 'No answer in time', tryThis: 'See whether it is overloaded or hangs, or allow more time.' },
  CONNECTION_REFUSED: { what: 'Nothing listens', tryThis: 'Start the service, or correct host and port.' },
  CONNECTION_RESET: {
    what: 'The connection was closed by the other side',
    tryThis: 'See its log: did it restart or crash?',
  },
  CONNECTION_TIMEOUT: {
    what: 'No connection in time',
    tryThis: 'See whether the host is up and a firewall drops packets.',
  },
  CONNECTION_FAILED: {
    what: 'The connection cannot be used',
    tryThis: 'See whether the service is up and the client connected.',
  },
  HOST_UNREACHABLE: {
    what: 'No route to the host',
    tryThis: 'See whether the host is up and the network is joined to this one.',
  },
  DNS_NOT_FOUND: { what: 'The name does not exist', tryThis: 'Correct the host name, or add it to DNS.' },
  DNS_FAILED: { what: 'The name could not be looked up', tryThis: 'See whether the DNS server answers.' },
  TLS_EXPIRED: {
    what: 'The certificate has expired or is not valid yet',
    tryThis: 'Renew it, and compare the clocks.',
  },
  TLS_NAME_MISMATCH: {
    what: 'The certificate is for another name',
    tryThis: 'Use the name that it is for, or get one for this name.',
  },
  TLS_UNTRUSTED: {
    what: 'The certificate is not signed by a trusted authority',
    tryThis: 'Send the whole chain, or trust its authority (NODE_EXTRA_CA_CERTS).',
  },
  TLS_FAILED: { what: 'The TLS handshake failed', tryThis: 'See whether that port speaks TLS, and which versions.' },
  AUTH_FAILED: {
    what: 'The credentials were refused',
    tryThis: 'Correct user and password, and see what the user may do.',
  },
  PROTOCOL_ERROR: {
    what: 'The answer is not of the expected protocol',
    tryThis: 'See whether the port is that of another service.',
  },
  QUERY_FAILED: {
    what: 'The server answered with an error',
    tryThis: "Run the same query by hand; see the server's log.",
  },
  NOT_READY: {
    what: 'The server is not ready to serve',
    tryThis: 'Wait until it has started or recovered; see its log.',
  },
  POOL_EXHAUSTED: {
    what: 'No connection of the pool came free',
    tryThis: 'Look for clients that are not released and for slow queries.',
  },
  TOO_MANY_CONNECTIONS: {
    what: 'The server takes no more connections',
    tryThis: 'Close idle ones, make pools smaller, or raise its limit.',
  },
}

/** The sentence for what was thrown. */
export function sentenceFor(code: KnownCode): Sentence {
  return SENTENCES[code] ?? SENTENCES.CHECK_THREW
}
