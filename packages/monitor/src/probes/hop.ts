import { request as httpRequest, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Certificate, Phases } from '../model.ts'
import type { Connection } from './connections.ts'
import type { ProbeContext } from './prober.ts'

/** One request as it goes over the wire, made once a target and used for every probe. */
export interface Hop {
  readonly url: URL
  readonly secure: boolean
  readonly options: RequestOptions & { readonly host: string }
}

/** One answer, read to its end or to the limit. */
export interface HttpResponse {
  readonly status: number
  readonly contentType: string | undefined
  readonly location: string | undefined
  readonly body: Buffer
  /** The body went on beyond the limit; the rest was not read. */
  readonly truncated: boolean
}

export type HopOutcome = { readonly response: HttpResponse } | { readonly error: unknown }

/** What became of one request. */
export interface HopAnswer {
  readonly outcome: HopOutcome
  readonly phases: Phases
  /** It failed without a byte of an answer, on a connection that an earlier request had used. */
  readonly stale: boolean
}

/** Sends one request and reads the answer. Never rejects. */
export function sendHop(hop: Hop, maxBodyBytes: number, on: Connection, context: ProbeContext): Promise<HopAnswer> {
  return new Promise((resolve) => {
    const { signal, progress } = context
    const phases: { -readonly [Phase in keyof Phases]: Phases[Phase] } = {}
    let request: ClientRequest | undefined
    let mark = performance.now()
    let done = false

    const lap = (): number => {
      const before = mark
      mark = performance.now()
      return mark - before
    }
    const finish = (outcome: HopOutcome, stale: boolean): void => {
      done = true
      signal.removeEventListener('abort', abort)
      resolve({ outcome, phases, stale })
    }
    const fail = (error: unknown): void => {
      if (done) return
      finish({ error }, !signal.aborted && request?.reusedSocket === true && phases.firstByteMs === undefined)
      request?.destroy()
    }
    const abort = (): void => fail(signal.reason)

    const onSocket = (socket: Socket): void => {
      mark = performance.now()
      progress.step = 'answer'
      if (!socket.connecting) return
      progress.step = isIP(hop.options.host) === 0 ? 'lookup' : 'connect'
      socket.once('lookup', () => {
        phases.dnsMs = lap()
        progress.step = 'connect'
      })
      socket.once('connect', () => {
        phases.connectMs = lap()
        progress.step = hop.secure ? 'handshake' : 'answer'
      })
      if (!(socket instanceof TLSSocket)) return
      socket.once('secureConnect', () => {
        phases.tlsMs = lap()
        progress.step = 'answer'
        on.certificate = certificateOf(socket) ?? on.certificate
      })
    }

    const onResponse = (message: IncomingMessage): void => {
      phases.firstByteMs = lap()
      progress.step = 'body'
      const chunks: Buffer[] = []
      let length = 0
      const end = (truncated: boolean): void => {
        if (done) return
        phases.transferMs = lap()
        const body = chunks.length === 1 ? chunks[0] : undefined
        finish({ response: responseOf(message, body ?? Buffer.concat(chunks), truncated) }, false)
      }
      message.on('data', (chunk: Buffer) => {
        const room = maxBodyBytes - length
        length += chunk.length
        chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk)
        if (chunk.length <= room) return
        end(true)
        message.destroy()
      })
      message.on('end', () => end(false))
      message.on('error', fail)
    }

    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort)
    try {
      const options = { ...hop.options, agent: on.agent(hop.secure) }
      request = hop.secure ? httpsRequest(options, onResponse) : httpRequest(options, onResponse)
      request.on('socket', onSocket)
      request.on('error', fail)
      request.on('close', () => {
        // An answer that switches protocols ends in neither a response nor an error.
        if (!done) fail(new Error('socket hang up'))
      })
      request.end()
    } catch (error) {
      fail(error)
    }
  })
}

function responseOf(message: IncomingMessage, body: Buffer, truncated: boolean): HttpResponse {
  let contentType: string | undefined
  let location: string | undefined
  // Reading `message.headers` would make an object of all of them.
  const { rawHeaders } = message
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (name.length === 12 && name.toLowerCase() === 'content-type') contentType ??= rawHeaders[index + 1]
    else if (name.length === 8 && name.toLowerCase() === 'location') location ??= rawHeaders[index + 1]
  }
  return { status: message.statusCode ?? 0, contentType, location, body, truncated }
}

function certificateOf(socket: TLSSocket): Certificate | undefined {
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) return undefined
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    validTo: Date.parse(certificate.validTo),
  }
}

function oneLine(name: string): string {
  return name.replaceAll('\n', ', ')
}
