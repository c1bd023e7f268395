import { once } from 'node:events'
import {
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type SecureServerOptions,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import type { Health } from '../core/health.ts'
import { isObject, optional, refuseOptions, type Rules } from '../core/rules.ts'
import { ACCESS_RULES } from './support/access.ts'
import { GrpcHealth, type GrpcOptions } from './support/grpc-service.ts'
import { frame, GRPC, GrpcError, openAnswer, readMessage, refuse } from './support/grpc-stream.ts'
import { readCheckRequest, writeCheckResponse, writeListResponse } from './support/grpc-wire.ts'
import { LISTEN_RULES } from './support/listen-rules.ts'
import { peerOf } from './support/peer.ts'

export interface GrpcServeOptions extends GrpcOptions {
  /** Default 0: any that is free. */
  readonly port?: number
  /** Default: all addresses, as an orchestrator asks from outside. */
  readonly host?: string
  /** Certificate and key. Default none: without TLS, as kubelet asks. */
  readonly tls?: SecureServerOptions
}

export interface GrpcServer extends AsyncDisposable {
  readonly port: number
  /** Tells watchers that it ends, finishes what is under way, closes all connections. */
  close(): Promise<void>
}

const SERVE_RULES: Rules<GrpcServeOptions> = {
  ...ACCESS_RULES,
  ...LISTEN_RULES,
  tls: optional('options of node:tls', isObject),
}

/** Watchers at one time; more are refused with RESOURCE_EXHAUSTED. */
const MAX_WATCHERS = 1_000
/** Milliseconds that a connection may stay open after {@link GrpcServer.close}. */
const CLOSE_WITHIN_MS = 1_000

/**
 * Serves grpc.health.v1 (Check, Watch, List) on a port of its own, over node:http2 alone: for the gRPC probes of
 * Kubernetes and for apps that have no gRPC server. The service `""` is the whole, `live`, `ready` and `startup` are the
 * probes, and every check has its own by its name. Rejects when it cannot listen.
 *
 * @throws {HealthSetupError} when an option is malformed.
 */
export async function serveGrpc(health: Health, options: GrpcServeOptions = {}): Promise<GrpcServer> {
  refuseOptions(options, SERVE_RULES)
  const { host, port = 0, tls, ...access } = options
  const service = new GrpcHealth(health, access)
  const settings = { settings: { maxConcurrentStreams: 100 } }
  const server: Http2Server = tls === undefined ? createServer(settings) : createSecureServer({ ...settings, ...tls })
  const sessions = new Set<ServerHttp2Session>()
  // More than sessions: who has connected and has not yet said a word of TLS has none.
  const sockets = new Set<Socket>()
  const watchers = new Set<() => void>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.setKeepAlive(true, 30_000))
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('session', (session) => {
    sessions.add(session)
    session.on('error', () => undefined).once('close', () => sessions.delete(session))
  })
  server.on('stream', (stream, headers) => {
    // A client that goes away is no error of ours (E4).
    stream.on('error', () => undefined)
    answer(service, watchers, stream, headers).catch((error: unknown) => {
      refuse(stream, error instanceof GrpcError ? error : new GrpcError(GRPC.INTERNAL, 'The health could not be told.'))
    })
  })
  server.listen({ port, host })
  await once(server, 'listening')

  const close = async (): Promise<void> => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    for (const end of watchers) end()
    for (const session of sessions) session.close()
    const tooLong = setTimeout(() => {
      for (const session of sessions) session.destroy()
      for (const socket of sockets) socket.destroy()
    }, CLOSE_WITHIN_MS)
    await closed
    clearTimeout(tooLong)
  }
  return { port: (server.address() as AddressInfo).port, close, [Symbol.asyncDispose]: close }
}

async function answer(
  service: GrpcHealth,
  watchers: Set<() => void>,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
): Promise<void> {
  const { ':method': method, ':path': path } = headers
  if (method !== 'POST' || !headers['content-type']?.startsWith('application/grpc')) {
    stream.respond({ ':status': 415 }, { endStream: true })
    return
  }
  const once = (message: Uint8Array): void => {
    if (stream.destroyed) return
    openAnswer(stream, () => GRPC.OK)
    stream.end(frame(message))
  }
  switch (path) {
    case '/grpc.health.v1.Health/Check': {
      const name = await readService(stream)
      const status = await service.check(name)
      if (status === undefined) throw new GrpcError(GRPC.NOT_FOUND, `There is no service or check "${name}".`)
      return once(writeCheckResponse(status))
    }
    case '/grpc.health.v1.Health/List': {
      await readMessage(stream)
      const header = (name: string): string | undefined => headers[name]?.toString()
      return once(writeListResponse(await service.list({ header, peer: () => peerOf(stream.session!.socket) })))
    }
    case '/grpc.health.v1.Health/Watch': {
      const name = await readService(stream)
      if (watchers.size >= MAX_WATCHERS) throw new GrpcError(GRPC.RESOURCE_EXHAUSTED, 'There are too many watchers.')
      return watch(service, watchers, stream, name)
    }
    default:
      throw new GrpcError(GRPC.UNIMPLEMENTED, `There is no method ${path}.`)
  }
}

function watch(service: GrpcHealth, watchers: Set<() => void>, stream: ServerHttp2Stream, name: string): void {
  if (stream.destroyed) return
  openAnswer(stream, () => GRPC.UNAVAILABLE)
  const stop = service.watch(name, (status) => stream.write(frame(writeCheckResponse(status))))
  const end = (): void => void stream.end()
  watchers.add(end)
  stream.once('close', () => {
    stop()
    watchers.delete(end)
  })
}

async function readService(stream: ServerHttp2Stream): Promise<string> {
  const message = await readMessage(stream)
  try {
    return readCheckRequest(message)
  } catch (error) {
    throw new GrpcError(GRPC.INVALID_ARGUMENT, error instanceof RangeError ? error.message : 'The name is not UTF-8.')
  }
}
