import type { Server } from 'node:http'
import { parseDuration, type Duration } from '../../core/duration.ts'
import type { Health } from '../../core/health.ts'
import { optional, refuseOptions, type Rules } from '../../core/rules.ts'
import { findServer, type Serving } from './serving.ts'
import { stopListening } from './stop-listening.ts'

export type { Serving } from './serving.ts'

export interface ShutDownOptions {
  /** Time that requests and connections are given once the listener is closed; then they are cut. Default `20s`. */
  readonly grace?: Duration | undefined
  /**
   * The longest time for which a proxy in front keeps a connection that it does not use: `keepalive_timeout` in nginx's
   * `upstream`, `pool-purge-delay` of HAProxy, the idle timeout of a cloud's balancer. Default `4s`; 0: none keeps any.
   *
   * The server has to keep it longer, or it closes one just while a request comes on it, and that is a 502. So the
   * `keepAliveTimeout` of the server is raised to a second more, and the end leaves idle connections as long to the proxy.
   */
  readonly proxyIdle?: Duration | undefined
}

const durationRule = optional('a duration such as "20s"', (value) => parseDuration(value) !== undefined)

export const SHUT_DOWN_RULES: Rules<ShutDownOptions> = { grace: durationRule, proxyIdle: durationRule }

/** Milliseconds by which the server keeps an idle connection longer than the proxy. */
const LONGER_MS = 1_000
const endings = new WeakMap<Health, Promise<void>>()

/**
 * The end in its right order, so that no request is lost (E9):
 *
 * 1. Readiness is 503 at once. Everything is served as ever.
 * 2. After `drainWait` of the health, by when balancers that ask readiness send nothing more, the listener closes.
 *    A balancer that does not ask is refused its next connection, and may repeat what it did not send, a POST too.
 * 3. Kept connections are served on, each answer the last on its connection (`Connection: close`). Idle ones are left to
 *    the other side to close, for `proxyIdle` and a second; requests under way are finished. All for at most `grace`.
 * 4. Apps are closed by their own `close()`, then the health.
 *
 * The wait and the grace together must be shorter than what the orchestrator allows (Kubernetes: 30 s unless set).
 * Every call for one health gets the promise of the first.
 *
 * @throws {HealthSetupError} when an option is no duration.
 */
export function shutDown(
  health: Health,
  serving: Serving | readonly Serving[],
  options: ShutDownOptions = {},
): Promise<void> {
  const times = outliveProxies(serving, options)
  const ending = endings.get(health) ?? end(health, toList(serving), times)
  endings.set(health, ending)
  return ending
}

interface Times {
  readonly graceMs: number
  readonly idleMs: number
}

/**
 * Sees to it that servers keep idle connections longer than the proxies in front of them, and reads the options.
 *
 * @throws {HealthSetupError} when an option is no duration.
 */
export function outliveProxies(serving: Serving | readonly Serving[], options: ShutDownOptions): Times {
  refuseOptions(options, SHUT_DOWN_RULES)
  const { grace = '20s', proxyIdle = '4s' } = options
  const [graceMs = 0, proxyIdleMs = 0] = [parseDuration(grace), parseDuration(proxyIdle)]
  const idleMs = proxyIdleMs === 0 ? 0 : proxyIdleMs + LONGER_MS
  for (const server of findHttpServers(toList(serving))) {
    // 0 is for ever.
    if (server.keepAliveTimeout > 0) server.keepAliveTimeout = Math.max(server.keepAliveTimeout, idleMs)
  }
  return { graceMs, idleMs }
}

/**
 * For apps that end by themselves: what drains, and stops listening, when it is called. Connections are kept longer than
 * proxies keep them from now on.
 *
 * @throws {HealthSetupError} when an option is no duration.
 */
export function prepareDrain(
  health: Health,
  serving: Serving | readonly Serving[],
  options: ShutDownOptions,
): () => Promise<void> {
  const times = outliveProxies(serving, options)
  return async () => {
    await health.drain()
    const servers = findHttpServers(toList(serving))
    await Promise.all(servers.map((server) => stopListening(server, { ...times, clock: health.clock })))
  }
}

async function end(health: Health, apps: readonly Serving[], { graceMs, idleMs }: Times): Promise<void> {
  const { clock } = health
  await health.drain()
  const servers = findHttpServers(apps)
  const stopAll = async (): Promise<void> => {
    await Promise.all(servers.map((server) => stopListening(server, { clock, graceMs, idleMs })))
    await Promise.all(apps.filter((app) => !servers.some((server) => server === app)).map(closeApp))
  }
  const over = new AbortController()
  const timer = clock.after(graceMs, () => over.abort())
  await Promise.race([stopAll(), aborted(over.signal)])
  timer.cancel()
  await health.close()
}

/** Those of node:http and node:https, which keep connections open between requests. */
function findHttpServers(apps: readonly Serving[]): readonly Server[] {
  return apps.map(findServer).filter((server) => server !== undefined && isHttpServer(server))
}

// A server of node:http2 with `allowHTTP1` can close idle connections, but not all.
function isHttpServer(server: object): server is Server {
  return 'closeAllConnections' in server
}

/** By callback, as node:net and node:http2 close; else by promise, as frameworks do. */
async function closeApp(app: Serving): Promise<void> {
  if ('getConnections' in app) await new Promise<void>((resolve) => void app.close(() => resolve()))
  else await app.close()
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

function toList(serving: Serving | readonly Serving[]): readonly Serving[] {
  return isList(serving) ? serving : [serving]
}

function isList(serving: Serving | readonly Serving[]): serving is readonly Serving[] {
  return Array.isArray(serving)
}
