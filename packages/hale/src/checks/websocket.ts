import { createHash, randomBytes } from 'node:crypto'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import { defineCheck, type CheckContext, type DependencyCheck } from '../core/check.ts'
import { resultFromError } from '../core/error-codes.ts'
import { formatBytes } from '../core/figures.ts'
import { HOP_HEADER } from '../core/hop.ts'
import { show } from '../core/misuse.ts'
import { unhealthy, type Result } from '../core/result.ts'
import { flagRule, isNames, textsRule, type Rules } from '../core/rules.ts'
import type { HttpTls } from './support/http-exchange.ts'
import { abortLate, within } from './support/in-time.ts'
import { refuseMisuse } from './support/misuse.ts'
import { trustRule, urlOfProtocol } from './support/network-rules.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './support/response-time.ts'

export interface WebsocketOptions extends TimeLimits {
  /** `ws:` or `wss:`; user and password in it are sent as basic authentication. */
  readonly url: string | URL
  /** Headers to send besides Hale's own, such as `origin`. Default: none. */
  readonly headers?: Readonly<Record<string, string>>
  /** Subprotocols to offer. Default none. */
  readonly protocols?: readonly string[]
  /** True: send a ping once it is open, and wait for the pong. Default true. */
  readonly ping?: boolean
  /**
   * Trust and identity for `wss:`: `ca`, `cert`, `key`, `passphrase`, `servername`, `rejectUnauthorized`. Default: the
   * system's.
   */
  readonly tls?: HttpTls
}

/** RFC 6455, 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const PING = 0x9
const PONG = 0xa
const CLOSE = 0x8
/** What a server says before the pong is read up to here, in bytes. */
const MOST_BYTES = 65_536

const RULES: Rules<WebsocketOptions> = {
  url: urlOfProtocol('ws:', 'wss:'),
  headers: textsRule,
  protocols: (value) => {
    if (value === undefined) return false
    if (!isNames(value)) return `${show(value)} is not a list of words`
    return !value.every((each) => /^[\w!#$%&'*+.^`|~-]+$/.test(each)) && 'has one that is not a word'
  },
  ping: flagRule,
  tls: trustRule,
  ...TIME_LIMITS,
}

/**
 * Opens a WebSocket as RFC 6455 has it, pings, and closes it again. Costs one connection per run.
 *
 * Observed: time until it is open and has answered the ping, in ms. Data: the subprotocol that the server chose.
 *
 * Codes: `HTTP_STATUS` when the server does not upgrade.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function websocket(options: WebsocketOptions): DependencyCheck {
  refuseMisuse('websocket', options, RULES)
  const { protocols = [] } = options
  const url = new URL(options.url)
  const wanted: Wanted = {
    ...options,
    url,
    protocols,
    place: `${url.protocol}//${url.host}${url.pathname}`,
  }
  return defineCheck({ kind: 'websocket', run: (context) => run(context, wanted) })
}

interface Wanted extends WebsocketOptions {
  readonly url: URL
  readonly protocols: readonly string[]
  readonly place: string
}

function run(context: CheckContext, wanted: Wanted): Promise<Result> {
  const late = `No answer from ${wanted.place} ${within(context)}. See whether it is overloaded or out of reach.`
  return abortLate(context, (signal) => answer(context, wanted, signal), late)
}

async function answer({ clock, hop }: CheckContext, wanted: Wanted, signal: AbortSignal): Promise<Result> {
  const startedAt = clock.now()
  const { ping = true, place } = wanted
  const key = randomBytes(16).toString('base64')
  let socket: Socket | undefined
  try {
    const opened = await open(wanted, key, (hop ?? 0) + 1, signal)
    if (opened.socket === undefined) {
      const message = `${place} answered ${opened.response.statusCode} to the upgrade, expected 101. See whether a proxy in front of it lets WebSockets through.`
      return unhealthy('HTTP_STATUS', message, { data: { status: opened.response.statusCode } })
    }
    socket = opened.socket
    const { headers } = opened.response
    if (headers['sec-websocket-accept'] !== createHash('sha1').update(`${key}${GUID}`).digest('base64')) {
      return unhealthy('PROTOCOL_ERROR', `${place} accepted the upgrade wrongly. See what listens there.`)
    }
    if (ping) {
      const problem = await pong(socket, opened.head, signal)
      if (problem !== undefined) return unhealthy('PROTOCOL_ERROR', `${place} ${problem}. See its log.`)
    }
    const protocol = headers['sec-websocket-protocol']
    return judgeTime(clock.now() - startedAt, wanted, place, protocol === undefined ? undefined : { protocol })
  } catch (error) {
    return resultFromError(error, place)
  } finally {
    // 1000: done. The server need not be waited for.
    socket?.end(frame(CLOSE, Buffer.from([0x03, 0xe8])))
    socket?.destroySoon()
  }
}

interface Opened {
  readonly response: IncomingMessage
  /** Absent when the server did not upgrade. */
  readonly socket?: Socket
  readonly head: Buffer
}

function open(
  { headers, protocols, tls, url }: Wanted,
  key: string,
  hop: number,
  signal: AbortSignal,
): Promise<Opened> {
  const secure = url.protocol === 'wss:'
  const target = new URL(url.href.replace(/^ws/, 'http'))
  const request = (secure ? httpsRequest : httpRequest)(target, {
    ...(secure ? tls : {}),
    agent: false,
    signal,
    headers: {
      'user-agent': 'hale',
      [HOP_HEADER]: String(hop),
      ...headers,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': key,
      ...(protocols.length === 0 ? {} : { 'sec-websocket-protocol': protocols.join(', ') }),
    },
  })
  return new Promise((resolve, reject) => {
    request.once('upgrade', (response, socket, head) => {
      // Whoever waits for something is told; without a listener an error would end the process.
      socket.on('error', () => {})
      resolve({ response, socket, head })
    })
    request.once('response', (response) => {
      response.destroy()
      resolve({ response, head: Buffer.alloc(0) })
    })
    request.on('error', reject)
    request.end()
  })
}

/** Pings and waits; says what is wrong when something else comes. */
function pong(socket: Socket, head: Buffer, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let pending = head
    const take = (chunk: Buffer): void => {
      pending = Buffer.concat([pending, chunk])
      const found = findControl(pending)
      if (found === PONG) resolve(undefined)
      else if (found === CLOSE) resolve('closed the connection instead of answering the ping')
      else if (pending.length > MOST_BYTES)
        resolve(`said ${formatBytes(pending.length)} and nothing that answers the ping`)
    }
    socket.on('data', take)
    socket.on('error', reject)
    socket.once('close', () => reject(new Error('socket hang up')))
    signal.addEventListener('abort', () => socket.destroy(), { once: true })
    socket.write(frame(PING, Buffer.from('hale')))
    take(Buffer.alloc(0))
  })
}

/** The first pong or close among the frames that are there whole; messages before it are passed over. */
function findControl(bytes: Buffer): number | undefined {
  let at = 0
  while (at + 2 <= bytes.length) {
    const opcode = (bytes[at] ?? 0) & 0x0f
    if (opcode === PONG || opcode === CLOSE) return opcode
    const short = (bytes[at + 1] ?? 0) & 0x7f
    if (short === 126 && at + 4 > bytes.length) return undefined
    if (short === 127 && at + 10 > bytes.length) return undefined
    const [length, header] =
      short === 126
        ? [bytes.readUInt16BE(at + 2), 4]
        : short === 127
          ? [Number(bytes.readBigUInt64BE(at + 2)), 10]
          : [short, 2]
    at += header + length
  }
  return undefined
}

/** A control frame, masked as those of clients must be. */
function frame(opcode: number, payload: Buffer): Buffer {
  const mask = randomBytes(4)
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length]), mask, masked])
}
