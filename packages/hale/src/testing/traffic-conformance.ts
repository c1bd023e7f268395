import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { Health } from '../core/health.ts'
import { isFilled, isFunction, oneOf, refuseOptions, required, type Rules } from '../core/rules.ts'
import { createTraffic, type Traffic } from '../core/traffic.ts'
import { conformanceHealth, type AdapterServer } from './adapter-conformance.ts'
import type { ConformanceCase } from './check-conformance.ts'
import { exchange } from './exchange.ts'
import { expect } from './expect.ts'

/** What an app under test is made of. */
export interface TrafficSetup {
  readonly health: Health
  readonly traffic: Traffic
  /** Fulfilled when the case lets go what waits for it. */
  readonly held: () => Promise<void>
}

export interface TrafficConformance {
  /** The framework's name, for the names of the cases. */
  readonly name: string
  /**
   * Starts the framework with health first, then the measuring, then an app, in this process: `GET /orders/:id` answers 200,
   * and 404 for the id `none`; `POST /orders` answers 201; `GET /broken` throws; `GET /waits` answers `waited` after
   * {@link TrafficSetup.held}; `GET /stream` sends `begun`, and `ended` after it. All else is 404.
   */
  readonly start: (setup: TrafficSetup) => AdapterServer | Promise<AdapterServer>
  /** Until when a stream counts: its end, or its head where the framework shows no more. Default `end`. */
  readonly streams?: 'end' | 'head'
}

const RULES: Rules<TrafficConformance> = {
  name: required('the name of the framework', isFilled),
  start: required('a function that starts the framework', isFunction),
  streams: oneOf('end', 'head'),
}

/** Milliseconds within which what was answered is counted. */
const PATIENCE_MS = 10_000

/**
 * What every middleware that measures requests must do, as cases for any test framework, against a real server:
 *
 *     it.each(trafficConformance({ … }))('$name', async ({ run }) => {
 *       await expect(run()).resolves.toBeUndefined()
 *     })
 */
export function trafficConformance(options: TrafficConformance): readonly ConformanceCase[] {
  refuseOptions(options, RULES, 'trafficConformance, ')
  const { name, start, streams = 'end' } = options
  const testCase = (what: string, use: (app: App) => Promise<void>): ConformanceCase => ({
    name: `${name}: ${what}`,
    run: async () => {
      const app = new App()
      const server = await start(app)
      app.url = server.url
      try {
        await use(app)
      } finally {
        app.release()
        await server.close()
        await app.health.close()
      }
    },
  })
  return [
    testCase('E11: tells requests apart by the pattern that they matched', async (app) => {
      for (const path of ['/orders/1', '/orders/2?x=1', '/orders/none']) await app.ask(path)
      expect((await app.ask('/orders', 'POST')).status, 201)
      await app.counted(4)
      expect(app.traffic.routes().toSorted(), ['GET /orders/:id', 'POST /orders'])
      expect(app.counts('GET /orders/:id'), [3, 0])
      expect(app.counts('POST /orders'), [1, 0])
    }),
    testCase('E11: what matches no pattern is one route, whatever is asked for', async (app) => {
      for (let i = 0; i < 20; i++) expect((await app.ask(`/made-up-${i}/${i}`)).status, 404)
      await app.counted(20)
      expect(app.traffic.routes(), ['unmatched'])
      expect(app.counts('unmatched'), [20, 0])
    }),
    testCase('counts what a handler throws as an error of its route', async (app) => {
      expect((await app.ask('/broken')).status, 500)
      await app.counted(1)
      expect(app.counts('GET /broken'), [1, 1])
    }),
    testCase('does not count probes', async (app) => {
      expect((await app.ask('/health/live')).status, 200)
      await app.ask('/orders/1')
      await app.counted(1)
      expect(app.traffic.routes(), ['GET /orders/:id'])
    }),
    testCase(`counts a stream until its ${streams}, and changes none of its bytes`, async (app) => {
      const [response] = (await once(get(`${app.url}/stream`, { agent: false }), 'response')) as [IncomingMessage]
      let body = ''
      for await (const piece of response) {
        body += String(piece)
        if (body !== 'begun') continue
        if (streams === 'end') expect(app.counts(), [0, 0])
        else await app.counted(1)
        app.release()
      }
      expect(body, 'begunended')
      await app.counted(1)
      expect(app.counts('GET /stream'), [1, 0])
    }),
    testCase('E4: a caller that goes away is counted once and is no error of the app', async (app) => {
      const request = get(`${app.url}/waits`, { agent: false }).on('error', () => undefined)
      await app.arrived
      const closed = new Promise((resolve) => request.once('close', resolve))
      request.destroy()
      await closed
      app.release()
      await app.counted(1)
      await app.ask('/orders/1')
      await app.counted(2)
      expect(app.counts('GET /waits'), [1, 0])
    }),
    testCase('counts each of many at once, and none of their time is lost', async (app) => {
      const answers = Array.from({ length: 50 }, () => app.ask('/waits'))
      await app.arrived
      app.release()
      for (const { body } of await Promise.all(answers)) expect(body, 'waited')
      await app.counted(50)
      expect(app.counts('GET /waits'), [50, 0])
    }),
  ]
}

/** A started app as a case sees it. */
class App implements TrafficSetup {
  readonly health: Health = conformanceHealth()
  readonly traffic: Traffic = createTraffic()
  /** Fulfilled when the first request is held. */
  readonly arrived: Promise<void>
  readonly held: () => Promise<void>
  readonly release: () => void
  url = ''

  constructor() {
    let arrive = (): void => undefined
    let release = (): void => undefined
    this.arrived = new Promise((resolve) => (arrive = resolve))
    const released = new Promise<void>((resolve) => (release = resolve))
    this.held = () => {
      arrive()
      return released
    }
    this.release = release
  }

  ask(path: string, method = 'GET'): ReturnType<typeof exchange> {
    return exchange(`${this.url}${path}`, { method })
  }

  /** Requests and errors of a route. */
  counts(route?: string): readonly [requests: number, errors: number] {
    const { errors = 0, requests = 0 } = this.traffic.figures(route) ?? {}
    return [requests, errors]
  }

  /** An answer is counted once it left the server, which may be after it arrived here. */
  async counted(requests: number): Promise<void> {
    const end = performance.now() + PATIENCE_MS
    while (this.counts()[0] < requests && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 5))
    expect(this.counts()[0], requests)
  }
}
