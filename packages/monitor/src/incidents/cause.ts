import { formatObserved, type KnownCode, type Observed, type Result } from 'hale'
import { plainText } from '../plain-text.ts'

const LIMIT = 200

/** What each code says of its subject: "postgres-main" + "refused the connection". */
const PREDICATES: Readonly<Record<KnownCode, string>> = {
  PENDING: 'has not answered yet',
  TIMEOUT: 'did not answer in time',
  STALE: 'has not answered for too long',
  INVALID_RESULT: 'answered something that is not a result',
  CHECK_THREW: 'failed with an error',
  CONNECTION_REFUSED: 'refused the connection',
  CONNECTION_RESET: 'closed the connection in the middle of the exchange',
  CONNECTION_TIMEOUT: 'could not be connected to in time',
  CONNECTION_FAILED: 'could not be connected to',
  HOST_UNREACHABLE: 'cannot be reached: there is no route',
  ADDRESS_REFUSED: 'has an address that Hale is told not to connect to',
  DNS_NOT_FOUND: 'has a host name that does not exist',
  DNS_FAILED: 'has a host name that could not be looked up',
  TLS_EXPIRED: 'has a certificate that is not valid now',
  TLS_EXPIRES_SOON: 'has a certificate that expires soon',
  TLS_NAME_MISMATCH: 'has a certificate for another name',
  TLS_UNTRUSTED: 'has a certificate that no trusted authority signed',
  TLS_FAILED: 'failed the TLS handshake',
  AUTH_FAILED: 'refused the credentials',
  HTTP_STATUS: 'answered with an unexpected HTTP status',
  HEADER_MISMATCH: 'answered without an expected header',
  DNS_MISMATCH: 'has other DNS records than expected',
  BODY_MISMATCH: 'answered without the expected text',
  BODY_TOO_LARGE: 'answered more than the limit',
  NOT_A_DOCUMENT: 'answered something that is not a health document',
  PROTOCOL_ERROR: 'does not speak the expected protocol',
  QUERY_FAILED: 'answered the query with an error',
  TOO_MANY_CONNECTIONS: 'takes no more connections',
  POOL_EXHAUSTED: 'has no free connection left in its pool',
  POOL_SATURATED: 'has too many connections of its pool in use',
  WRONG_ROLE: 'is a replica where a primary is expected, or the other way round',
  REPLICA_LAG: 'is behind its primary',
  REPLICATION_STOPPED: 'is a replica without a link to its primary',
  MIGRATIONS_PENDING: 'has migrations that are not applied',
  MEMORY_FULL: 'has too much of its memory in use',
  CLUSTER_YELLOW: 'is a cluster without all copies of its data',
  CLUSTER_RED: 'is a cluster that cannot serve some of its data',
  READ_ONLY: 'takes reads only',
  LOCKED: 'is locked by another connection',
  CORRUPT: 'has damaged data',
  NOT_FOUND: 'does not have what is asked for',
  NOT_READY: 'is not ready to serve yet',
  THRESHOLD_EXCEEDED: 'is beyond its limit',
  INODES_LOW: 'has hardly any inodes left',
  QUEUE_TOO_DEEP: 'has too much waiting in its queue',
  QUEUE_TOO_OLD: 'has work waiting in its queue for too long',
  TOO_FEW_CONSUMERS: 'has too few consumers',
  PUBLISHING_BLOCKED: 'takes no more messages',
  TOO_FEW_BROKERS: 'has too few brokers',
  NO_LEADER: 'has partitions without a leader',
  UNDER_REPLICATED: 'has partitions that lack replicas',
  CONSUMER_LAG: 'is further behind than its limit',
  SLOW: 'is slow',
  OVERDUE: 'was not done in time',
  RUN_FAILED: 'failed the last time it ran',
  GROWING: 'only ever grows',
  CIRCUIT_OPEN: 'has its circuit breaker open',
  CIRCUIT_HALF_OPEN: 'has its circuit breaker half open',
  REPORTED_DEGRADED: 'says that it is degraded',
  REPORTED_UNHEALTHY: 'says that it is unhealthy',
  REPORTED_UNKNOWN: 'says nothing certain',
  COMPONENT_UNHEALTHY: 'has an unhealthy component',
  COMPONENT_MISSING: 'is no longer in the health document',
  CONDITION_FAILED: 'has a condition that could not be looked at',
  NOT_AVAILABLE: 'cannot be looked at on that platform',
  NOT_WRITABLE: 'cannot be written to',
  PROCESS_MISSING: 'is not running',
  CLOCK_SKEWED: 'has a clock that is wrong',
  STARTING: 'has not started yet',
  STARTUP_FAILED: 'failed to start',
  SHUTTING_DOWN: 'is draining before it stops',
  UNOBSERVED: 'was not watched',
}

/**
 * Puts what is wrong into a clause for a person: "postgres-main refused the connection".
 *
 * @param of what it is about: a component's or target's name, or "it" after a target that was just named.
 */
export function describeCause(of: string, result: Result): string {
  const subject = plainText(of, 80)
  const { code, message, observed, status } = result
  const value = observed === undefined ? '' : ` (${describeObserved(observed)})`
  if (code !== undefined && isKnown(code)) {
    // Who speaks of itself knows best what is wrong; and which HTTP status it was, only the message says.
    const isTold = (code === 'HTTP_STATUS' || code.startsWith('REPORTED_')) && message !== undefined
    return plainText(`${subject} ${PREDICATES[code]}${isTold ? `: ${message.replace(/\.$/, '')}` : value}`, LIMIT)
  }
  if (message !== undefined) return plainText(`${subject}: ${message}`, LIMIT)
  return plainText(`${subject} ${code === undefined ? `is ${status}` : `reports ${code}`}${value}`, LIMIT)
}

/** A measured value for a person, whatever a target's document may call it: `93.5 %`, `1.2 s`. */
export function describeObserved(observed: Observed): string {
  return plainText(formatObserved(observed), 60)
}

function isKnown(code: string): code is KnownCode {
  return Object.hasOwn(PREDICATES, code)
}
