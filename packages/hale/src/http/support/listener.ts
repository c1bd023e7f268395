import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Health } from '../../core/health.ts'
import { NOT_FOUND, type Answer } from './answer.ts'
import { createHandler, type HandlerOptions } from '../handler.ts'
import { peerOf } from './peer.ts'

/** A listener for node:http. With `next` it is a middleware as well: `next` gets every request that is not health's. */
export type HealthListener = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void

/** Answers a request if it is health's, and says whether it is; the answer may follow later. */
export type Responder = (request: IncomingMessage, response: ServerResponse) => boolean

/**
 * The health endpoints for node:http.
 *
 *     createServer(healthHandler(health, { keys: [process.env.HEALTH_KEY] })).listen(8080)
 *
 * @throws {HealthSetupError} when an option is malformed.
 */
export function healthHandler(health: Health, options?: HandlerOptions): HealthListener {
  const respond = createResponder(health, options)
  return (request, response, next) => {
    if (respond(request, response)) return
    if (next === undefined) send(request, response, NOT_FOUND)
    else next()
  }
}

/** @throws {HealthSetupError} when an option is malformed. */
export function createResponder(health: Health, options?: HandlerOptions): Responder {
  const handler = createHandler(health, options)
  return (request, response) => {
    const { method = 'GET', rawHeaders, url: path = '/' } = request
    const header = (name: string): string | undefined => findHeader(rawHeaders, name)
    const answer = handler.answer({ method, path, header, peer: () => peerOf(request.socket) })
    if (answer === undefined) return false
    if (answer instanceof Promise) {
      answer.then(
        (known) => send(request, response, known),
        (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
      )
    } else {
      send(request, response, answer)
    }
    return true
  }
}

// `request.headers` would parse and copy them all, for a few that most probes do not even send. Who sends one twice is
// read as Node and the Web read it: joined, so that a proxy's own `X-Forwarded-For` cannot be hidden behind a forged one.
function findHeader(rawHeaders: readonly string[], name: string): string | undefined {
  let found: string | undefined
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const given = rawHeaders[i]
    if (given?.length !== name.length || given.toLowerCase() !== name) continue
    found = found === undefined ? rawHeaders[i + 1] : `${found}, ${rawHeaders[i + 1]}`
  }
  return found
}

// The body as text: node:http then writes head and body in one piece.
function send(request: IncomingMessage, response: ServerResponse, { body, headers, status }: Answer): void {
  // A middleware in front of it may have lost its patience.
  if (response.headersSent) return
  response.writeHead(status, headers as string[])
  response.end(request.method === 'HEAD' ? undefined : body)
}
