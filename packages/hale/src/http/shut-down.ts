import type { Server } from 'node:http'
import { parseDuration, type Duration } from '../core/duration.ts'
import type { Health } from '../core/health.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { findServer, lookFirst, type Serving } from './serving.ts'

export type { Serving } from './serving.ts'

export interface ShutDownOptions {
  /** Time that requests under way are given once the listener is closed; then their connections are cut. Default `20s`. */
  readonly grace?: Duration
}

/** Milliseconds between looks for connections that have become idle. */
const IDLE_LOOK_MS = 50
const endings = new WeakMap<Health, Promise<void>>()

/**
 * The end in its right order, so that no request is lost (E9):
 *
 * 1. Readiness is 503 at once. Everything is still served, but each answer is the last on its connection
 *    (`Connection: close`), so that balancers and clients that keep connections open come back by a new one.
 * 2. After `drainWait` of the health, by when balancers send nothing more, the listener and idle connections are closed.
 * 3. Requests under way are finished, for at most `grace`.
 * 4. Apps are closed by their own `close()`, then the health.
 *
 * The wait and the grace together must be shorter than what the orchestrator allows (Kubernetes: 30 s unless set).
 * Every call for one health gets the promise of the first.
 *
 * @throws {HealthSetupError} when the grace is no duration.
 */
export function shutDown(
  health: Health,
  serving: Serving | readonly Serving[],
  options: ShutDownOptions = {},
): Promise<void> {
  const { grace = '20s' } = options
  const graceMs = parseDuration(grace)
  if (graceMs === undefined) {
    throw new HealthSetupError([
      { field: 'grace', message: `${JSON.stringify(grace)} is not a duration such as "20s"` },
    ])
  }
  const apps = isList(serving) ? serving : [serving]
  const ending = endings.get(health) ?? end(health, apps, graceMs)
  endings.set(health, ending)
  return ending
}

async function end(health: Health, apps: readonly Serving[], graceMs: number): Promise<void> {
  const servers = apps.map(findServer).filter((server) => server !== undefined && isHttpServer(server))
  for (const server of servers) closeAfterEachAnswer(server)
  await health.drain()

  const { clock } = health
  const grace = new AbortController()
  const timer = clock.after(graceMs, () => {
    for (const server of servers) server.closeAllConnections()
    grace.abort()
  })
  const stopAll = async (): Promise<void> => {
    await Promise.all(servers.map((server) => stopListening(server, health)))
    await Promise.all(apps.filter((app) => !servers.some((server) => server === app)).map(closeApp))
  }
  await Promise.race([stopAll(), aborted(grace.signal)])
  timer.cancel()
  await health.close()
}

/** Those of node:http and node:https, which keep connections open between requests. */
function isHttpServer(server: object): server is Server {
  return 'closeIdleConnections' in server
}

function closeAfterEachAnswer(server: Server): void {
  // Before the app sees the request, for the app may answer at once.
  lookFirst(server, (_, response) => {
    response.shouldKeepAlive = false
    return false
  })
}

/** Resolves once the last connection is closed; at once when the server does not listen. */
function stopListening(server: Server, { clock }: Health): Promise<void> {
  return new Promise((resolve) => {
    // A connection whose answer began before the drain is kept open after it, until somebody closes it.
    const closeIdle = (): void => {
      server.closeIdleConnections()
      timer = clock.after(IDLE_LOOK_MS, closeIdle)
    }
    let timer = clock.after(IDLE_LOOK_MS, closeIdle)
    server.close(() => {
      timer.cancel()
      resolve()
    })
    server.closeIdleConnections()
  })
}

/** By callback, as node:net and node:http2 close; else by promise, as frameworks do. */
async function closeApp(app: Serving): Promise<void> {
  if ('getConnections' in app) await new Promise<void>((resolve) => void app.close(() => resolve()))
  else await app.close()
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

function isList(serving: Serving | readonly Serving[]): serving is readonly Serving[] {
  return Array.isArray(serving)
}
