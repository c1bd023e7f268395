import type { NatsConnection } from '@nats-io/transport-node'
import type { Finding } from '../../core/error-sentences.ts'
import { loadPeer } from './peer.ts'
import { NOT_FOUND } from './told.ts'

export const NATS_SCHEMES = ['nats', 'tls'] as const

/**
 * Opens a connection of a check's own, which ends when it breaks. A user name without a password is a token, as in
 * https://docs.nats.io/using-nats/developer/connecting
 */
export async function openNats(url: string, timeoutMs: number, onBroken: () => void): Promise<NatsConnection> {
  const { connect } = await loadPeer('@nats-io/transport-node', () => import('@nats-io/transport-node'))
  const { protocol, host, username, password } = new URL(url)
  const [user, pass] = [decodeURIComponent(username), decodeURIComponent(password)]
  const connection = await connect({
    servers: host,
    ...(user === '' ? {} : pass === '' ? { token: user } : { user, pass }),
    ...(protocol === 'tls:' ? { tls: {} } : {}),
    name: 'hale',
    // A little before the run ends, so that it can still be said what was wrong.
    timeout: Math.max(1, Math.floor(timeoutMs * 0.85)),
    reconnect: false,
    ignoreClusterUpdates: true,
  })
  void connection.closed().then(onBroken)
  return connection
}

/** Of `@nats-io/*`. */
const BY_NAME: Readonly<Record<string, Finding>> = {
  AuthorizationError: 'AUTH_FAILED',
  UserAuthenticationExpiredError: 'AUTH_FAILED',
  PermissionViolationError: 'AUTH_FAILED',
  ClosedConnectionError: 'CONNECTION_FAILED',
  DrainingConnectionError: 'CONNECTION_FAILED',
  ConnectionError: 'CONNECTION_FAILED',
  RequestError: 'CONNECTION_FAILED', // it was under way when the connection broke; else its cause says more
  NoRespondersError: NOT_FOUND, // nobody answers for JetStream
  ProtocolError: 'PROTOCOL_ERROR',
  StreamNotFoundError: NOT_FOUND,
  ConsumerNotFoundError: NOT_FOUND,
  JetStreamNotEnabled: NOT_FOUND,
  JetStreamApiError: 'QUERY_FAILED',
}

/** Of `nats` 2, whose errors all are of one kind. */
const BY_CODE: Readonly<Record<string, Finding>> = {
  AUTHORIZATION_VIOLATION: 'AUTH_FAILED',
  AUTHENTICATION_EXPIRED: 'AUTH_FAILED',
  PERMISSIONS_VIOLATION: 'AUTH_FAILED',
  CONNECTION_REFUSED: 'CONNECTION_REFUSED',
  CONNECTION_TIMEOUT: 'CONNECTION_TIMEOUT',
  CONNECTION_CLOSED: 'CONNECTION_FAILED',
  CONNECTION_DRAINING: 'CONNECTION_FAILED',
  DISCONNECT: 'CONNECTION_FAILED',
  TIMEOUT: 'TIMEOUT',
  '404': NOT_FOUND,
  '503': NOT_FOUND, // nobody answers for JetStream
}

/** What the clients say, in plain errors, of a first line that is no `INFO`, and of one that is not JSON. */
const NO_NATS = /^unexpected response from server$| in JSON at /

/** The code of an error of a NATS client. */
export function codeOfNats(error: unknown): Finding | undefined {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown }
  if (typeof code === 'string' && Object.hasOwn(BY_CODE, code)) return BY_CODE[code]
  if (typeof name === 'string' && Object.hasOwn(BY_NAME, name)) return BY_NAME[name]
  return error instanceof Error && NO_NATS.test(error.message) ? 'PROTOCOL_ERROR' : undefined
}
