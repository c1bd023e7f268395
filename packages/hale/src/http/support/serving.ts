import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Server } from 'node:net'

/** What serves and can be closed: a server of node:http, node:https or node:http2, a Fastify or Nest app, and the like. */
export interface Serving {
  close(callback?: () => void): unknown
}

/** The server that an app listens by, as far as it tells: itself, Fastify by `server`, Nest by `getHttpServer()`. */
export function findServer(app: Serving): Server | undefined {
  const { getHttpServer, server } = app as { readonly server?: unknown; readonly getHttpServer?: unknown }
  const told: unknown = typeof getHttpServer === 'function' ? getHttpServer.call(app) : undefined
  return [app, server, told].find(isServer)
}

// An Express app has listeners too, but no connections.
function isServer(value: unknown): value is Server {
  return typeof value === 'object' && value !== null && 'getConnections' in value && 'emit' in value
}

/**
 * Shows each request of a server to `look` before every listener, those that are added later included, and to no listener
 * if it says true. Whoever comes last looks first. Returns what ends it.
 */
export function lookFirst(
  server: Server,
  look: (request: IncomingMessage, response: ServerResponse) => boolean,
): () => void {
  const emit = server.emit.bind(server) as (...all: unknown[]) => boolean
  let looks = true
  server.emit = (...all: unknown[]): boolean => {
    const [event, request, response] = all
    const isSeen = looks && event === 'request' && look(request as IncomingMessage, response as ServerResponse)
    return isSeen || emit(...all)
  }
  return () => {
    looks = false
  }
}
