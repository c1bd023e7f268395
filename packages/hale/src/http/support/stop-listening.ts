import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Server } from 'node:http'
import type { Clock } from '../../core/clock.ts'
import { lookFirst } from './serving.ts'

export interface StopOptions {
  readonly clock: Clock
  /** Time that a connection without a request is left to the other side to close. */
  readonly idleMs: number
  /** Time after which every connection is cut. */
  readonly graceMs: number
}

/** Turns of the event loop waited for a quiet one; under a load that leaves none, a fraction of a second. */
const MOST_TURNS = 1_000
/** Milliseconds between looks for idle connections, at the least. */
const LOOK_MS = 50
/** What node:http tells of each answer that is sent, on servers of the whole process. */
const FINISHED = 'http.server.response.finish'
const stopping = new WeakMap<Server, Promise<void>>()

/**
 * Closes the listener so that no request is lost, which takes care at two places:
 *
 * - What the kernel has accepted and Node not yet is reset when a listener closes, and a proxy that has sent a POST on it
 *   may not repeat that (RFC 9110, 9.2.2). So it closes at the end of a turn in which nothing came.
 * - A server that closes an idle connection may do so just while a request comes on it. So these are left to whoever made
 *   them, each answer from now on is the last on its connection, and only after `idleMs` the rest is closed.
 *
 * Resolves once the last connection is closed; at once when the server does not listen. Whoever asks for it meanwhile
 * gets the same promise.
 */
export function stopListening(server: Server, options: StopOptions): Promise<void> {
  const known = stopping.get(server)
  if (known !== undefined) return known
  const stop = stopOnce(server, options).finally(() => stopping.delete(server))
  stopping.set(server, stop)
  return stop
}

async function stopOnce(server: Server, { clock, graceMs, idleMs }: StopOptions): Promise<void> {
  await quietTurn(server)
  let idleSince = clock.now()
  const onFinished = (message: unknown): void => {
    // Kept, for its head was sent before the listener closed.
    const { response, server: which } = message as { server: Server; response: { shouldKeepAlive: boolean } }
    if (which === server && response.shouldKeepAlive) idleSince = clock.now()
  }
  const look = (): void => {
    const leftMs = idleSince + idleMs - clock.now()
    if (leftMs <= 0) server.closeIdleConnections()
    timer = clock.after(Math.max(LOOK_MS, leftMs), look)
  }
  subscribe(FINISHED, onFinished)
  let timer = clock.after(idleMs, look)
  const grace = clock.after(graceMs, () => server.closeAllConnections())
  await new Promise<void>((resolve) => closeListener(server, resolve))
  timer.cancel()
  grace.cancel()
  unsubscribe(FINISHED, onFinished)
}

/** Resolves at the end of a turn of the event loop in which neither a connection nor a request came. */
async function quietTurn(server: Server): Promise<void> {
  let quiet = false
  const stir = (): void => void (quiet = false)
  server.on('connection', stir).on('request', stir)
  // The turn that is under way may have looked at its sockets before this.
  await endOfTurn()
  for (let turn = 0; turn < MOST_TURNS && !quiet; turn++) {
    quiet = true
    await endOfTurn()
  }
  server.off('connection', stir).off('request', stir)
}

function endOfTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}

function closeListener(server: Server, onClosed: () => void): void {
  const closeIdle = server.closeIdleConnections.bind(server)
  // Node would close them along with the listener.
  server.closeIdleConnections = () => undefined
  server.close(onClosed)
  server.closeIdleConnections = closeIdle
  // Before the app sees the request, for the app may answer at once.
  lookFirst(server, (_, response) => {
    response.shouldKeepAlive = false
    return false
  })
}
