import type { KnownCode } from './codes.ts'
import { say, tell, type ErrorCode, type Finding, type Told } from './error-sentences.ts'
import { oneLine } from './one-line.ts'
import { redact } from './redact.ts'
import { unhealthy, type Result } from './result.ts'

/** The code of an error that the common table does not know; undefined when it is none of those. */
export type MoreCodes = (error: unknown) => Finding | undefined

/**
 * Turns what was thrown into a result with a stable code and a message that says what, where and what to try.
 * Looks through `cause` chains and `AggregateError` members for the most telling one. Free of credentials (E10).
 *
 * @param where what was asked, such as `db.internal:5432`; by default what the error itself says.
 * @param codes knows more errors than the common table does, such as those of a driver; it is asked first.
 */
export function resultFromError(error: unknown, where?: string, codes?: MoreCodes): Result {
  const { shape, told } = diagnose(error, codes)
  const detail = QUOTES_ERROR.has(told.code) ? quote(shape) : wordOf(shape)
  const what = say(told, where ?? placeOf(shape))
  return unhealthy(told.code, redact(`${what}${detail === '' ? '' : ` (${detail})`}. ${told.tryThis}`))
}

/** The code for something thrown: `CHECK_THREW` when it says nothing more precise. */
export function codeFromError(error: unknown): ErrorCode
export function codeFromError(error: unknown, codes: MoreCodes | undefined): KnownCode
export function codeFromError(error: unknown, codes?: MoreCodes): KnownCode {
  return diagnose(error, codes).told.code
}

interface Diagnosis {
  readonly told: Told
  readonly shape: ErrorShape
}

/** The properties that Node, pg, node-redis, ioredis and undici errors carry, read without trusting them. */
interface ErrorShape {
  readonly code: string
  readonly name: string
  readonly message: string
  readonly syscall: string
  readonly severity: string
  readonly address: string
  readonly hostname: string
  readonly port: string
}

function diagnose(error: unknown, codes?: MoreCodes): Diagnosis {
  const found = unfold(error)
  let vague: Diagnosis | undefined
  for (const each of found) {
    const shape = shapeOf(each)
    const given = codes?.(each) ?? codeOf(shape)
    if (given === undefined) continue
    const found = { told: typeof given === 'string' ? tell(given) : given, shape }
    if (!VAGUE.has(found.told.code)) return found
    vague ??= found
  }
  return vague ?? { told: tell('CHECK_THREW'), shape: shapeOf(error) }
}

/** Says only that it failed or took too long; what caused it may say more. */
const VAGUE: ReadonlySet<string> = new Set<ErrorCode>(['TIMEOUT', 'CONNECTION_FAILED', 'QUERY_FAILED'])

/** The error, its causes and members, outermost first; at most 16, so that a cycle ends. */
function unfold(error: unknown): readonly unknown[] {
  const found: unknown[] = [error]
  for (let index = 0; index < found.length && found.length < 16; index++) {
    const cause = read(found[index], 'cause')
    const members = read(found[index], 'errors')
    const parent = read(found[index], 'parent') // of Sequelize
    for (const next of [cause, parent, ...(Array.isArray(members) ? members.slice(0, 8) : [])]) {
      if (typeof next === 'object' && next !== null && !found.includes(next)) found.push(next)
    }
  }
  return found
}

function read(value: unknown, key: string): unknown {
  try {
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
  } catch {
    return undefined
  }
}

function shapeOf(error: unknown): ErrorShape {
  // Redacted before it is cut: half a secret has lost its shape.
  const text = (key: string): string => {
    const value = read(error, key)
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
  const thrown = typeof error === 'string' ? error : ''
  return {
    code: typeof read(error, 'code') === 'string' ? text('code') : '',
    name: text('name'),
    message: text('message') || thrown,
    syscall: text('syscall'),
    severity: text('severity'),
    address: text('address'),
    hostname: text('hostname'),
    port: text('port'),
  }
}

function codeOf(shape: ErrorShape): ErrorCode | undefined {
  const { code, name, message, syscall, severity } = shape
  const byCode = syscall === 'connect' ? BY_CODE_OF_CONNECT : BY_CODE
  if (Object.hasOwn(byCode, code)) return byCode[code]
  if (severity !== '' && /^[0-9A-Z]{5}$/.test(code)) return fromSqlState(code)
  return (
    PREFIXES.find(([prefix]) => code.startsWith(prefix))?.[1] ??
    MESSAGES.find(([pattern]) => pattern.test(message))?.[1] ??
    NAMES[name]
  )
}

const BY_CODE: Readonly<Record<string, ErrorCode>> = {
  ECONNREFUSED: 'CONNECTION_REFUSED',
  ECONNRESET: 'CONNECTION_RESET',
  ECONNABORTED: 'CONNECTION_RESET',
  EPIPE: 'CONNECTION_RESET',
  UND_ERR_SOCKET: 'CONNECTION_RESET',
  ETIMEDOUT: 'CONNECTION_TIMEOUT',
  ESOCKETTIMEDOUT: 'CONNECTION_TIMEOUT',
  UND_ERR_CONNECT_TIMEOUT: 'CONNECTION_TIMEOUT',
  UND_ERR_HEADERS_TIMEOUT: 'TIMEOUT',
  UND_ERR_BODY_TIMEOUT: 'TIMEOUT',
  ABORT_ERR: 'TIMEOUT',
  EHOSTUNREACH: 'HOST_UNREACHABLE',
  ENETUNREACH: 'HOST_UNREACHABLE',
  EHOSTDOWN: 'HOST_UNREACHABLE',
  ENETDOWN: 'HOST_UNREACHABLE',
  EADDRNOTAVAIL: 'CONNECTION_FAILED',
  EMFILE: 'CONNECTION_FAILED',
  ENFILE: 'CONNECTION_FAILED',
  ENOTFOUND: 'DNS_NOT_FOUND',
  ENODATA: 'DNS_NOT_FOUND',
  EAI_NODATA: 'DNS_NOT_FOUND',
  EAI_NONAME: 'DNS_NOT_FOUND',
  ESERVFAIL: 'DNS_FAILED',
  EREFUSED: 'DNS_FAILED',
  ETIMEOUT: 'DNS_FAILED',
  EBADNAME: 'DNS_FAILED',
  CERT_HAS_EXPIRED: 'TLS_EXPIRED',
  CERT_NOT_YET_VALID: 'TLS_EXPIRED',
  ERR_TLS_CERT_ALTNAME_INVALID: 'TLS_NAME_MISMATCH',
  HOSTNAME_MISMATCH: 'TLS_NAME_MISMATCH',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'TLS_UNTRUSTED',
  SELF_SIGNED_CERT_IN_CHAIN: 'TLS_UNTRUSTED',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'TLS_UNTRUSTED',
  UNABLE_TO_GET_ISSUER_CERT: 'TLS_UNTRUSTED',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'TLS_UNTRUSTED',
  CERT_UNTRUSTED: 'TLS_UNTRUSTED',
  CERT_REJECTED: 'TLS_UNTRUSTED',
  CERT_REVOKED: 'TLS_UNTRUSTED',
  CERT_SIGNATURE_FAILURE: 'TLS_UNTRUSTED',
  CERT_CHAIN_TOO_LONG: 'TLS_UNTRUSTED',
  PATH_LENGTH_EXCEEDED: 'TLS_UNTRUSTED',
  INVALID_CA: 'TLS_UNTRUSTED',
  INVALID_PURPOSE: 'TLS_UNTRUSTED',
  EPROTO: 'TLS_FAILED',
}

/** Some mean something else when it is a connection that is opened. */
const BY_CODE_OF_CONNECT: typeof BY_CODE = {
  ...BY_CODE,
  ENOENT: 'CONNECTION_REFUSED', // a Unix socket
  EACCES: 'CONNECTION_FAILED', // a Unix socket, a prohibited route
  EPERM: 'CONNECTION_FAILED', // a firewall of this machine
  EINVAL: 'HOST_UNREACHABLE', // a route into a black hole
}

const PREFIXES: readonly (readonly [string, ErrorCode])[] = [
  ['EAI_', 'DNS_FAILED'],
  ['ERR_SSL_', 'TLS_FAILED'],
  ['ERR_TLS_', 'TLS_FAILED'],
  ['HPE_', 'PROTOCOL_ERROR'],
  ['ERR_HTTP2_', 'PROTOCOL_ERROR'],
]

/** PostgreSQL's classes: https://www.postgresql.org/docs/current/errcodes-appendix.html */
function fromSqlState(state: string): ErrorCode {
  if (state === '53300') return 'TOO_MANY_CONNECTIONS'
  if (state === '57P03') return 'NOT_READY'
  if (state === '57014') return 'TIMEOUT'
  if (state === '57P01' || state === '57P02') return 'CONNECTION_RESET'
  if (state.startsWith('28')) return 'AUTH_FAILED'
  if (state.startsWith('08')) return 'CONNECTION_FAILED'
  return 'QUERY_FAILED'
}

/** What has no code is known by its text: Redis replies, and what pg, node-redis and ioredis say of connections. */
const MESSAGES: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^(?:WRONGPASS|NOAUTH|NOPERM|ERR invalid password|ERR AUTH|SASL: )/, 'AUTH_FAILED'],
  [/^(?:LOADING|MASTERDOWN|CLUSTERDOWN|BUSY) /, 'NOT_READY'],
  [/^ERR max number of clients/, 'TOO_MANY_CONNECTIONS'],
  [/^timeout exceeded when trying to connect/, 'CONNECTION_TIMEOUT'],
  [/^Connection terminated due to connection timeout/, 'CONNECTION_TIMEOUT'],
  [/^Connection timeout$/, 'CONNECTION_TIMEOUT'],
  [/^connect ETIMEDOUT/, 'CONNECTION_TIMEOUT'],
  [/^(?:Connection terminated|Socket closed unexpectedly|socket hang up|other side closed)/, 'CONNECTION_RESET'],
  [/^The server does not support SSL connections/, 'TLS_FAILED'],
  [/^(?:Unknown RESP type|Protocol error, got)/, 'PROTOCOL_ERROR'],
  [/^(?:Query read timeout|Command timed out)/, 'TIMEOUT'],
  [/^The command was aborted/, 'TIMEOUT'],
  [
    /^(?:The client is (?:closed|offline)|Disconnects client|Connection is closed|Client has encountered a connection error)/,
    'CONNECTION_FAILED',
  ],
  [
    /^(?:Client was closed|Cannot use a pool after|Stream isn't writeable|Reached the max retries)/,
    'CONNECTION_FAILED',
  ],
  [/^(?:ERR|WRONGTYPE|READONLY|MISCONF|OOM|NOSCRIPT|EXECABORT|MOVED|ASK|TRYAGAIN) /, 'QUERY_FAILED'],
]

const NAMES: Readonly<Record<string, ErrorCode | undefined>> = Object.assign(Object.create(null), {
  AbortError: 'TIMEOUT',
  TimeoutError: 'TIMEOUT',
  MaxRetriesPerRequestError: 'CONNECTION_FAILED',
})

/** The codes for which the error's own text says more than ours. */
const QUOTES_ERROR: ReadonlySet<string> = new Set<KnownCode>([
  'CHECK_THREW',
  'QUERY_FAILED',
  'NOT_READY',
  'NOT_FOUND',
  'CONNECTION_FAILED',
])

/** What is quoted of an error at most. Characters. */
const MOST_QUOTED = 120

function quote(shape: ErrorShape): string {
  const line = oneLine(redact(shape.message), MOST_QUOTED)
  const word = wordOf(shape)
  if (line === '') return word
  return word === '' || line.includes(word) ? line : `${word}: ${line}`
}

/** Codes of clients that stand for all their errors. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(['ERR_SQLITE_ERROR', 'ERR_INVALID_STATE'])

/** The error's own code, when it is a word and not text from outside. */
function wordOf({ code }: ErrorShape): string {
  return /^[A-Z0-9_]{1,64}$/.test(code) && !SAYS_NOTHING.has(code) ? code : ''
}

function placeOf({ address, hostname, port }: ErrorShape): string | undefined {
  const host = hostname || address
  if (host === '') return undefined
  return port === '' ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`
}
