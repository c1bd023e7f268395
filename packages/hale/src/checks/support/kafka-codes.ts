import type { Finding } from '../../core/error-sentences.ts'
import { codeInText } from './code-in-text.ts'
import { NO_LEADER, NOT_FOUND } from './told.ts'

/** https://kafka.apache.org/protocol#protocol_error_codes */
const BY_WORD: Readonly<Record<string, Finding>> = {
  UNKNOWN_TOPIC_OR_PARTITION: NOT_FOUND,
  LEADER_NOT_AVAILABLE: NO_LEADER,
  GROUP_COORDINATOR_NOT_AVAILABLE: 'NOT_READY',
  GROUP_LOAD_IN_PROGRESS: 'NOT_READY',
  TOPIC_AUTHORIZATION_FAILED: 'AUTH_FAILED',
  GROUP_AUTHORIZATION_FAILED: 'AUTH_FAILED',
  CLUSTER_AUTHORIZATION_FAILED: 'AUTH_FAILED',
  SASL_AUTHENTICATION_FAILED: 'AUTH_FAILED',
}

/** Of `@platformatic/kafka`. What a broker says comes with a word of the protocol's as well. */
const BY_CODE: Readonly<Record<string, Finding>> = {
  PLT_KFK_AUTHENTICATION: 'AUTH_FAILED',
  PLT_KFK_NETWORK: 'CONNECTION_FAILED',
  PLT_KFK_OUT_OF_BOUNDS: 'PROTOCOL_ERROR',
  PLT_KFK_PROTOCOL: 'QUERY_FAILED',
  PLT_KFK_RESPONSE: 'QUERY_FAILED',
  PLT_KFK_TIMEOUT: 'TIMEOUT',
  PLT_KFK_UNEXPECTED_CORRELATION_ID: 'PROTOCOL_ERROR',
  PLT_KFK_UNSUPPORTED_API: 'PROTOCOL_ERROR',
  PLT_KFK_USER: 'QUERY_FAILED',
}

/** Of `kafkajs`. */
const BY_NAME: Readonly<Record<string, Finding>> = {
  KafkaJSSASLAuthenticationError: 'AUTH_FAILED',
  KafkaJSConnectionClosedError: 'CONNECTION_RESET',
  KafkaJSRequestTimeoutError: 'TIMEOUT',
  KafkaJSTimeout: 'TIMEOUT',
  KafkaJSLockTimeout: 'TIMEOUT',
  KafkaJSGroupCoordinatorNotFound: 'NOT_READY',
  KafkaJSBrokerNotFound: 'CONNECTION_FAILED',
  KafkaJSNoBrokerAvailableError: 'CONNECTION_FAILED',
  KafkaJSPartialMessageError: 'PROTOCOL_ERROR',
  KafkaJSInvalidVarIntError: 'PROTOCOL_ERROR',
  KafkaJSInvalidLongError: 'PROTOCOL_ERROR',
  KafkaJSServerDoesNotSupportApiKey: 'PROTOCOL_ERROR',
}

export function codeOfKafka(error: unknown): Finding | undefined {
  const { apiId, code, message, name, type = apiId } = (error ?? {}) as Readonly<Record<string, unknown>>
  if (typeof type === 'string') return Object.hasOwn(BY_WORD, type) ? BY_WORD[type] : 'QUERY_FAILED'
  if (typeof name === 'string' && Object.hasOwn(BY_NAME, name)) return BY_NAME[name]
  if (code === 'PLT_KFK_USER' && String(message).startsWith('Unknown topic ')) return NOT_FOUND
  if (typeof code === 'string') return Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined // one of Node's
  const text = String(message)
  if (text.startsWith('Connection timeout')) return 'CONNECTION_TIMEOUT'
  // When no broker could be asked kafkajs has null for an answer, and reads on.
  if (name === 'TypeError' && /^Cannot (?:destructure|read) .*\bnull\b/.test(text)) return 'CONNECTION_FAILED'
  return (
    codeInText(text) ?? (/disconnected|not connected|^Closed connection/i.test(text) ? 'CONNECTION_FAILED' : undefined)
  )
}
