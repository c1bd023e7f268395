import type { Finding } from '../../core/error-sentences.ts'
import { POOL_EXHAUSTED } from './told.ts'

/**
 * Errors of the server, which mysql2 and mariadb name alike, and those of the two clients:
 * https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
 */
const BY_CODE: Readonly<Record<string, Finding | undefined>> = {
  ER_ACCESS_DENIED_ERROR: 'AUTH_FAILED',
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: 'AUTH_FAILED',
  ER_DBACCESS_DENIED_ERROR: 'AUTH_FAILED',
  ER_ACCOUNT_HAS_BEEN_LOCKED: 'AUTH_FAILED',
  ER_MUST_CHANGE_PASSWORD: 'AUTH_FAILED',
  ER_MUST_CHANGE_PASSWORD_LOGIN: 'AUTH_FAILED',
  ER_HOST_NOT_PRIVILEGED: 'AUTH_FAILED',
  ER_HOST_IS_BLOCKED: 'AUTH_FAILED',
  ER_NOT_SUPPORTED_AUTH_MODE: 'AUTH_FAILED',
  AUTH_SWITCH_PLUGIN_ERROR: 'AUTH_FAILED',
  ER_CON_COUNT_ERROR: 'TOO_MANY_CONNECTIONS',
  ER_TOO_MANY_USER_CONNECTIONS: 'TOO_MANY_CONNECTIONS',
  ER_USER_LIMIT_REACHED: 'TOO_MANY_CONNECTIONS',
  ER_SERVER_SHUTDOWN: 'NOT_READY',
  ER_CONNECTION_KILLED: 'CONNECTION_RESET',
  ER_QUERY_TIMEOUT: 'TIMEOUT',
  ER_STATEMENT_TIMEOUT: 'TIMEOUT',
  // mysql2
  PROTOCOL_CONNECTION_LOST: 'CONNECTION_RESET',
  PROTOCOL_SEQUENCE_TIMEOUT: 'TIMEOUT',
  PROTOCOL_UNEXPECTED_PACKET: 'PROTOCOL_ERROR',
  HANDSHAKE_NO_SSL_SUPPORT: 'TLS_FAILED',
  HANDSHAKE_SSL_ERROR: 'TLS_FAILED',
  HANDSHAKE_UNKNOWN_ERROR: 'PROTOCOL_ERROR',
  // mariadb
  ER_SOCKET_UNEXPECTED_CLOSE: 'CONNECTION_RESET',
  ER_CMD_NOT_EXECUTED_DESTROYED: 'CONNECTION_RESET',
  ER_CONNECTION_TIMEOUT: 'CONNECTION_TIMEOUT',
  ER_GET_CONNECTION_TIMEOUT: 'CONNECTION_TIMEOUT',
  ER_SOCKET_TIMEOUT: 'TIMEOUT',
  ER_PING_TIMEOUT: 'TIMEOUT',
  ER_CANNOT_RETRIEVE_RSA_KEY: 'CONNECTION_FAILED',
  ER_CMD_CONNECTION_CLOSED: 'CONNECTION_FAILED',
  ER_CONNECTION_ALREADY_CLOSED: 'CONNECTION_FAILED',
  ER_POOL_ALREADY_CLOSED: 'CONNECTION_FAILED',
  ER_CLOSING_POOL: 'CONNECTION_FAILED',
  ER_ADD_CONNECTION_CLOSED_POOL: 'CONNECTION_FAILED',
  ER_UNEXPECTED_PACKET: 'PROTOCOL_ERROR',
  ER_SERVER_SSL_DISABLED: 'TLS_FAILED',
  ER_TLS_IDENTITY_ERROR: 'TLS_NAME_MISMATCH',
  ER_SELF_SIGNED: 'TLS_UNTRUSTED',
  ER_SELF_SIGNED_NO_PWD: 'TLS_UNTRUSTED',
}

/** What mysql2 says in text only. */
const BY_TEXT: readonly (readonly [RegExp, Finding])[] = [
  [/^Pool is closed/, 'CONNECTION_FAILED'],
  [/^Can't add new command when connection is in closed state/, 'CONNECTION_FAILED'],
  [/^(?:Queue limit reached|No connections available)/, POOL_EXHAUSTED],
]

/** The code of an error of mysql2 or mariadb. Undefined: one of Node's own, or none of theirs. */
export function codeOfMysql(error: unknown): Finding | undefined {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  if (typeof code === 'string' && Object.hasOwn(BY_CODE, code)) return BY_CODE[code]
  const byText = BY_TEXT.find(([pattern]) => pattern.test(String(message)))?.[1]
  return byText ?? (String(code).startsWith('ER_') ? 'QUERY_FAILED' : undefined)
}
