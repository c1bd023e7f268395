import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHealth, createTraffic, type Health, type Impact, type Status } from '../../packages/hale/src/index.ts'
import { metricsFormats } from '../../packages/hale/src/exporters/prometheus.ts'
import { healthHandler } from '../../packages/hale/src/http/node.ts'
import { createFakeClock, scriptedCheck } from '../../packages/hale/src/testing/index.ts'

export const KEY = 'a-key-for-scraping'

/** What a check of the world answers: a status, or now this and now that. */
export type Mood = Status | 'flapping'

/** One app of the world, served on a port of its own. */
export interface App extends AsyncDisposable {
  readonly health: Health
  /** Host and port. */
  readonly address: string
  /** What its checks answer from now on. */
  mood: Mood
  /** What part of its requests fails. */
  failing: boolean
  /** Whether it knows the scraper's key. */
  keyed: boolean
  /** Stops listening, or listens again on the same port. */
  reach(open: boolean): Promise<void>
}

export interface AppOptions {
  readonly service: string
  /** Its checks and what their failure does to the whole. */
  readonly checks: Readonly<Record<string, Impact>>
  readonly failureThreshold?: number
}

/** The page that says what to do when a check of the world fails. */
export const runbookOf = (check: string): string => `https://wiki.example/${check}?on=call`

/** A real app with real checks, whose answers a test sets. Of its checks one run takes 2 ms or so. */
export async function startApp({ checks, failureThreshold = 1, service }: AppOptions): Promise<App> {
  let turn = 0
  const ask = async (): Promise<{ status: Status }> => {
    await new Promise((resolve) => setTimeout(resolve, 2))
    if (app.mood !== 'flapping') return { status: app.mood }
    return { status: ++turn % 2 === 0 ? 'healthy' : 'unhealthy' }
  }
  const registrations = Object.entries(checks).map(([name, impact]) => {
    const policy = { impact, failureThreshold, every: '200ms', staleAfter: '1m', timeout: '20s' } as const
    return [name, { check: ask, runbook: runbookOf(name), ...policy }] as const
  })
  const health = createHealth({
    service: { name: service, version: '1.4.2' },
    checks: Object.fromEntries(registrations),
    logger: { error: () => undefined },
  })
  const traffic = createTraffic()
  const requests = setInterval(() => {
    traffic.record('GET /orders/:id', 200, 3 + Math.random() * 20)
    traffic.record('POST /orders', app.failing && Math.random() < 0.5 ? 503 : 201, 20 + Math.random() * 200)
  }, 50)
  const metrics = metricsFormats({ traffic })
  const [open, closed] = [{ keys: [KEY], metrics }, { metrics }].map((options) => healthHandler(health, options))
  const server = createServer((request, response) => (app.keyed ? open : closed)?.(request, response))
  const address = await listenOn(server, 0)
  const app: App = {
    health,
    address,
    mood: 'healthy',
    failing: false,
    keyed: true,
    async reach(wanted) {
      if (wanted === server.listening) return
      if (wanted) await listenOn(server, Number(address.split(':')[1]))
      else close(server)
    },
    async [Symbol.asyncDispose]() {
      clearInterval(requests)
      close(server)
      await health.close()
    },
  }
  return app
}

export interface OldApp extends AsyncDisposable {
  /** Host and port. */
  readonly address: string
  /** Lets ten minutes go by, in which each run takes this long. */
  live(durationMs: number): Promise<void>
}

/** An app that has run for half an hour, by a clock of its own: only then is known what is usual. */
export async function startOldApp(): Promise<OldApp> {
  const clock = createFakeClock()
  let takesMs = 20
  const check = scriptedCheck([
    () => new Promise((resolve) => clock.after(takesMs, () => resolve({ status: 'healthy' }))),
  ])
  const health = createHealth({ clock, checks: { ledger: { check, every: '5s' } }, service: { name: 'ledger' } })
  await clock.advance('30m')
  const server = createServer(healthHandler(health, { keys: [KEY] }))
  return {
    address: await listenOn(server, 0),
    async live(durationMs) {
      takesMs = durationMs
      await clock.advance('10m')
    },
    async [Symbol.asyncDispose]() {
      close(server)
      await health.close()
    },
  }
}

async function listenOn(server: Server, port: number): Promise<string> {
  await once(server.listen(port, '127.0.0.1'), 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

function close(server: Server): void {
  server.close()
  server.closeAllConnections()
}
