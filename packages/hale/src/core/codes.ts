/**
 * Every code Hale itself gives, with its meaning. A check may bring codes of its own (upper-case words joined by `_`).
 * A code never changes its meaning: alert rules and runbooks hang on it.
 */
export const CODES = {
  PENDING: 'The check has not answered yet since the start.',
  TIMEOUT: 'No answer within the time allowed.',
  STALE: 'The last answer is older than its staleness limit, so it is no longer believed.',
  INVALID_RESULT: 'The check answered something that is not a result.',
  CHECK_THREW: 'The check threw an error that says nothing more precise.',
  CONNECTION_REFUSED: 'The host answered that nothing listens on that port.',
  CONNECTION_RESET: 'The connection was closed by the other side in the middle of the exchange.',
  CONNECTION_TIMEOUT: 'No connection could be made in time: the host is silent, or something on the way drops packets.',
  CONNECTION_FAILED: 'The connection could not be made or used, for a reason that has no code of its own.',
  HOST_UNREACHABLE: 'There is no route to the host or its network.',
  ADDRESS_REFUSED: 'The address is one that Hale is told not to connect to.',
  DNS_NOT_FOUND: 'The name does not exist.',
  DNS_FAILED: 'The name could not be looked up.',
  TLS_EXPIRED: 'The certificate has expired or is not valid yet.',
  TLS_EXPIRES_SOON: 'The certificate expires within the days set as the limit.',
  TLS_NAME_MISMATCH: 'The certificate is for another name.',
  TLS_UNTRUSTED: 'The certificate is not signed by a trusted authority.',
  TLS_FAILED: 'The TLS handshake failed.',
  AUTH_FAILED: 'The other side refused the credentials.',
  HTTP_STATUS: 'The HTTP status code is not one that was expected.',
  BODY_MISMATCH: 'The body does not contain what was expected.',
  BODY_TOO_LARGE: 'The body is longer than the limit, so the rest was not read.',
  NOT_A_DOCUMENT: 'The body is not a health document that Hale can read.',
  PROTOCOL_ERROR: 'The other side does not speak the expected protocol.',
  QUERY_FAILED: 'The server answered the query with an error.',
  POOL_EXHAUSTED: 'All connections of the pool are in use and none became free in time.',
  TOO_MANY_CONNECTIONS: 'The server takes no more connections.',
  NOT_READY: 'The other side says that it is not ready to serve yet.',
  THRESHOLD_EXCEEDED: 'A measured value is beyond its limit.',
  SLOW: 'The answer took longer than its limit.',
  OVERDUE: 'Work that is due at intervals was not done in time.',
  RUN_FAILED: 'The last run of the work failed; the one before it is not overdue yet.',
  GROWING: 'A number that should come down again only ever grows.',
  CIRCUIT_OPEN: 'The circuit breaker refuses calls after too many failures.',
  CIRCUIT_HALF_OPEN: 'The circuit breaker tries calls again after failures.',
  REPORTED_DEGRADED: 'The document says degraded and gives no code.',
  REPORTED_UNHEALTHY: 'The document says unhealthy and gives no code.',
  REPORTED_UNKNOWN: 'The document says a word that means nothing certain.',
  CONDITION_FAILED: 'Whether the check is to be asked cannot be said: its condition failed.',
  STARTING: 'Something that must be done before the app can serve is not done yet.',
  STARTUP_FAILED: 'Something that must be done before the app can serve has failed.',
  COMPONENT_UNHEALTHY: 'At least one component is unhealthy.',
  COMPONENT_MISSING: 'The component is no longer in the document.',
  SHUTTING_DOWN: 'The service is draining before it stops.',
  UNOBSERVED: 'Hale itself was not watching.',
} as const

export type KnownCode = keyof typeof CODES

/** A known code, or a check's own. */
export type Code = KnownCode | (string & {})
