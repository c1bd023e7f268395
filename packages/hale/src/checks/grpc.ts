import { connect, constants, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2'
import { defineCheck, type CheckContext, type DependencyCheck } from '../core/check.ts'
import { resultFromError } from '../core/error-codes.ts'
import { oneLine } from '../core/one-line.ts'
import { HOP_HEADER } from '../core/hop.ts'
import { degraded, unhealthy, unknown, type Result } from '../core/result.ts'
import { isObject, isText, optional, textsRule, type Rules } from '../core/rules.ts'
import type { HttpTls } from './support/http-exchange.ts'
import { inTime, within } from './support/in-time.ts'
import { refuseMisuse } from './support/misuse.ts'
import { trustRule, urlOfProtocol } from './support/network-rules.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './support/response-time.ts'

export interface GrpcOptions extends TimeLimits {
  /** Where the server is: `http://host:port` for plain HTTP/2, `https://host:port` for TLS. */
  readonly url: string | URL
  /** The service to ask about, as the server names it. Default empty: the server as a whole. */
  readonly service?: string
  /** Metadata to send, such as `{ authorization: 'Bearer …' }`. Default: none. */
  readonly metadata?: Readonly<Record<string, string>>
  /**
   * Trust and identity for `https:`: `ca`, `cert`, `key`, `passphrase`, `servername`, `rejectUnauthorized`. Default:
   * the system's.
   */
  readonly tls?: HttpTls
}

const RULES: Rules<GrpcOptions> = {
  url: urlOfProtocol('http:', 'https:'),
  service: optional('the name of a service', (name) => isText(name) && name.length <= 1_000),
  metadata: (value) =>
    textsRule(value) ||
    (isObject(value) &&
      Object.keys(value).some((name) => name.startsWith(':')) &&
      'has a name that begins with a colon'),
  tls: trustRule,
  ...TIME_LIMITS,
}

/**
 * Asks `grpc.health.v1.Health/Check` over node:http2, without a gRPC library, over one connection that is kept from run to
 * run (E12). Costs one call per run. Sends `health-hop`, as the `http` check does.
 *
 * Observed: time of the call in ms. Data: the serving status.
 *
 * Codes: `NOT_READY` for `NOT_SERVING` and `UNAVAILABLE`; `NOT_FOUND` when there is no such service.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function grpc(options: GrpcOptions): DependencyCheck {
  refuseMisuse('grpc', options, RULES)
  const { service = '' } = options
  const { host: place, origin } = new URL(options.url)
  const line = new Line(origin, options.tls)
  return defineCheck({
    kind: 'grpc',
    run: (context) =>
      inTime(context, answer(context, line, { ...options, service, place }), () => {
        line.drop()
        const message = `No answer to Health/Check from ${place} ${within(context)}. See whether it is overloaded or out of reach.`
        return unhealthy('TIMEOUT', message)
      }),
    close: () => line.drop(),
  })
}

interface Wanted extends GrpcOptions {
  readonly service: string
  readonly place: string
}

/** One HTTP/2 connection, made anew when it was lost. */
class Line {
  readonly #origin: string
  readonly #tls: HttpTls | undefined
  #session: ClientHttp2Session | undefined

  constructor(origin: string, tls: HttpTls | undefined) {
    this.#origin = origin
    this.#tls = tls
  }

  get(): ClientHttp2Session {
    if (this.#session !== undefined && !this.#session.closed && !this.#session.destroyed) return this.#session
    const session = connect(this.#origin, { ...this.#tls })
    // Whoever asks over it is told; without a listener it would end the process.
    session.on('error', () => {})
    session.unref()
    this.#session = session
    return session
  }

  /** @param session this one, and none that was made since. */
  drop(session = this.#session): void {
    session?.destroy()
    if (session === this.#session) this.#session = undefined
  }
}

/** What came of a call. */
interface Answer {
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

async function answer({ clock, hop, timeoutMs }: CheckContext, line: Line, wanted: Wanted): Promise<Result> {
  const startedAt = clock.now()
  const session = line.get()
  try {
    const given = await call(session, wanted, (hop ?? 0) + 1, timeoutMs)
    return judge(given, wanted, clock.now() - startedAt)
  } catch (error) {
    line.drop(session)
    return resultFromError(error, wanted.place)
  }
}

/** https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
function call(session: ClientHttp2Session, wanted: Wanted, hop: number, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    session.once('error', reject)
    const stream = session.request({
      ...wanted.metadata,
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      'user-agent': 'hale',
      te: 'trailers',
      'grpc-timeout': `${Math.min(99_999_999, Math.ceil(timeoutMs))}m`,
      [HOP_HEADER]: String(hop),
    })
    let headers: IncomingHttpHeaders = {}
    const chunks: Buffer[] = []
    let length = 0
    stream.on('response', (given) => (headers = { ...headers, ...given }))
    stream.on('trailers', (given) => (headers = { ...headers, ...given }))
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length
      // The answer is a few bytes.
      if (length > 4_096) stream.close(constants.NGHTTP2_CANCEL)
      else chunks.push(chunk)
    })
    // A stream that was waiting for its connection says only that it was given up; its cause says why.
    stream.on('error', (error) => reject(error.cause ?? error))
    stream.on('close', () => {
      session.off('error', reject)
      if (headers[':status'] === undefined) reject(new Error('socket hang up'))
      else resolve({ headers, body: Buffer.concat(chunks) })
    })
    stream.end(frame(wanted.service))
  })
}

/** A `HealthCheckRequest` in its frame: not compressed, its length, field 1 as text. */
function frame(service: string): Buffer {
  const name = Buffer.from(service)
  const length = name.length < 0x80 ? [name.length] : [(name.length & 0x7f) | 0x80, name.length >> 7]
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, ...length]), name])
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

const SERVING_STATUS = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'] as const

/** The serving status of a `HealthCheckResponse` in its frame; undefined when it is none. */
function readStatus(body: Buffer): (typeof SERVING_STATUS)[number] | undefined {
  if (body.length < 5 || body[0] !== 0 || body.readUInt32BE(1) !== body.length - 5) return undefined
  if (body.length === 5) return 'UNKNOWN' // a field that is 0 is left out
  return body[5] === 0x08 ? SERVING_STATUS[body[6] ?? -1] : undefined
}

/** https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const CALL_FAILED: Readonly<Record<string, (place: string, service: string) => Result>> = {
  '4': (place) => unhealthy('TIMEOUT', `${place} did not answer before the deadline. See whether it is overloaded.`),
  '5': (place, service) =>
    unhealthy(
      'NOT_FOUND',
      `${place} knows no service ${JSON.stringify(service)}. Correct its name, or register it there.`,
    ),
  '7': (place) => unhealthy('AUTH_FAILED', `${place} does not allow the call. See what its metadata must hold.`),
  '12': (place) =>
    unhealthy(
      'PROTOCOL_ERROR',
      `${place} does not serve grpc.health.v1. Add the health service there, or use the check tcp.`,
    ),
  '14': (place) => unhealthy('NOT_READY', `${place} says that it is not available. See its log.`),
  '16': (place) => unhealthy('AUTH_FAILED', `${place} refused the credentials. See what its metadata must hold.`),
}

/** Of the statuses that have no code of their own here. */
const NAMES: Readonly<Record<string, string | undefined>> = {
  '1': 'CANCELLED',
  '2': 'UNKNOWN',
  '3': 'INVALID_ARGUMENT',
  '8': 'RESOURCE_EXHAUSTED',
  '9': 'FAILED_PRECONDITION',
  '10': 'ABORTED',
  '13': 'INTERNAL',
  '15': 'DATA_LOSS',
}

function judge({ body, headers }: Answer, wanted: Wanted, ms: number): Result {
  const { place, service } = wanted
  const what = service === '' ? place : `${oneLine(service, 60)} at ${place}`
  const httpStatus = Number(headers[':status'])
  const status = String(headers['grpc-status'] ?? '')
  if (httpStatus !== 200 || status === '') {
    const message = `${place} answered HTTP ${httpStatus} and nothing of gRPC. See whether the port is that of another service.`
    return unhealthy('PROTOCOL_ERROR', message)
  }
  if (status !== '0') {
    return (
      CALL_FAILED[status]?.(place, service) ??
      unhealthy('QUERY_FAILED', `${place} failed the call with status ${NAMES[status] ?? status}. See its log.`)
    )
  }
  const serving = readStatus(body)
  const data = { serving }
  const details = { observed: { value: Math.round(ms), unit: 'ms' }, data }
  switch (serving) {
    case 'SERVING':
      return judgeTime(ms, wanted, `Health/Check of ${what}`, data)
    case 'NOT_SERVING':
      return unhealthy('NOT_READY', `${what} says NOT_SERVING. See its log.`, details)
    case 'UNKNOWN':
      return unknown('REPORTED_UNKNOWN', `${what} says that it does not know how it is. See its log.`, details)
    case 'SERVICE_UNKNOWN':
      return unhealthy('NOT_FOUND', `${place} knows no service ${JSON.stringify(service)}. Correct its name.`, details)
    case undefined:
      return degraded(
        'PROTOCOL_ERROR',
        `${place} answered something that is no HealthCheckResponse. See which version it is.`,
      )
  }
}
