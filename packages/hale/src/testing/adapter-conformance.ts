import { createHealth } from '../core/create-health.ts'
import type { Health } from '../core/health.ts'
import { degraded, healthy, unhealthy } from '../core/result.ts'
import { isFilled, isFunction, optional, refuseOptions, required, type Rules } from '../core/rules.ts'
import type { HandlerOptions } from '../http/handler.ts'
import type { ConformanceCase } from './check-conformance.ts'
import { expect } from './expect.ts'
import { exchange, sendRaw, type Exchange, type ExchangeOptions } from './exchange.ts'

/** What an app under test is made of. */
export interface AdapterSetup {
  readonly health: Health
  /** For the adapter. */
  readonly options: HandlerOptions
  /** Where the adapter is mounted: empty, or a path such as `/internal`. The aggregate is at `${prefix}/health`. */
  readonly prefix: string
}

/** A running app. */
export interface AdapterServer {
  /** Its origin, such as `http://127.0.0.1:8080`. */
  readonly url: string
  readonly close: () => unknown
}

export interface AdapterConformance {
  /** The framework's name, for the names of the cases. */
  readonly name: string
  /**
   * Starts the framework with the adapter first and, after it, an app: `GET /orders` answers `orders`, `POST /echo`
   * answers the body it was sent, and every other request with the header `x-guard: shut` is answered 401.
   * An app in a process of its own makes the health by {@link conformanceHealth}.
   */
  readonly start: (setup: AdapterSetup) => AdapterServer | Promise<AdapterServer>
  /**
   * What the framework's own server does not do, whatever its apps answer: keep their `Content-Length`, answer HTTP/1.0
   * without `Host`. Default: it does both.
   */
  readonly lacks?: readonly ('content-length' | 'http/1.0')[]
}

const LACKS: readonly unknown[] = ['content-length', 'http/1.0'] satisfies AdapterConformance['lacks']

const RULES: Rules<AdapterConformance> = {
  name: required('the name of the framework', isFilled),
  start: required('a function that starts the framework', isFunction),
  lacks: optional(
    `a list of ${LACKS.join(', ')}`,
    (list) => Array.isArray(list) && list.every((it) => LACKS.includes(it)),
  ),
}

/** The key that opens the whole report in the cases. */
export const CONFORMANCE_KEY = 'open-sesame'

/** Health as the cases expect it: a database that is down, a cache that is slow, a clock that is right. */
export function conformanceHealth(): Health {
  return createHealth({
    mode: 'on-request',
    service: { name: 'conformance' },
    checks: {
      database: { check: () => unhealthy('CONNECTION_REFUSED', 'it refuses'), impact: 'fails', every: '1m' },
      cache: { check: () => degraded('SLOW', 'it is slow'), probes: ['startup'], every: '1m' },
      clock: { check: () => healthy(), every: '1m' },
    },
  })
}

const ANSWERS = [
  ['/health', 503, 'unhealthy'],
  ['/health/ready', 503, 'unhealthy'],
  ['/health/live', 200, 'healthy'],
  ['/health/startup', 200, 'healthy'],
  ['/health/checks/database', 503, 'unhealthy'],
  ['/health/checks/cache', 200, 'degraded'],
] as const
const ALLOW = 'GET, HEAD, OPTIONS'
const KEYS = [{ 'x-api-key': CONFORMANCE_KEY }, { authorization: `Bearer ${CONFORMANCE_KEY}` }]

type Ask = (path: string, options?: ExchangeOptions) => Promise<Exchange>

/**
 * What every HTTP adapter must do, as cases for any test framework, against a real server:
 *
 *     it.each(adapterConformance({ … }))('$name', async ({ run }) => {
 *       await expect(run()).resolves.toBeUndefined()
 *     })
 */
export function adapterConformance(options: AdapterConformance): readonly ConformanceCase[] {
  refuseOptions(options, RULES, 'adapterConformance, ')
  const { lacks = [], name, start } = options
  const serve = async (prefix: string, use: (ask: Ask, url: URL) => Promise<void>): Promise<void> => {
    const health = conformanceHealth()
    const server = await start({ health, prefix, options: { keys: [CONFORMANCE_KEY] } })
    try {
      await use((path, options) => exchange(`${server.url}${path}`, options), new URL(server.url))
    } finally {
      await server.close()
      await health.close()
    }
  }
  const testCase = (what: string, use: (ask: Ask, url: URL) => Promise<void>, prefix = ''): ConformanceCase => ({
    name: `${name}: ${what}`,
    run: () => serve(prefix, use),
  })
  const tellsLength = !lacks.includes('content-length')
  const cases = [
    testCase('E10: every endpoint has its code, its status and nothing more', expectEndpoints('', tellsLength)),
    testCase('answers below the path it is mounted at', expectEndpoints('/internal', tellsLength), '/internal'),
    testCase('shows the report to who has the key', async (ask) => {
      for (const headers of KEYS) {
        const { body, status } = await ask('/health', { headers })
        expect([status, JSON.parse(body).checks.database.message], [503, 'it refuses'])
      }
      expect((await ask('/health', { headers: { 'x-api-key': 'wrong' } })).body, '{"status":"unhealthy"}')
    }),
    testCase('E14: HEAD is GET without its body', async (ask) => {
      for (const [path, status] of ANSWERS) {
        const [get, head] = [await ask(path), await ask(path, { method: 'HEAD' })]
        expect([head.status, head.body], [status, ''])
        for (const header of ['content-type', 'content-length', 'cache-control']) {
          expect([header, head.headers[header]], [header, get.headers[header]])
        }
      }
    }),
    testCase('E14: OPTIONS says the methods, with the code of the health', async (ask) => {
      for (const [path, status] of ANSWERS) {
        const { body, headers, ...answer } = await ask(path, { method: 'OPTIONS' })
        expect([answer.status, headers['allow'], body], [status, ALLOW, ''])
      }
    }),
    testCase('E14: every other method is 405 with Allow', async (ask) => {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        const { headers, status } = await ask('/health/ready', { method, body: 'x'.repeat(50_000) })
        expect([method, status, headers['allow']], [method, 405, ALLOW])
      }
    }),
    testCase('E14: query strings change nothing', async (ask) => {
      for (const [path, status] of ANSWERS) expect((await ask(`${path}?x=1&y=/health/live`)).status, status)
    }),
    testCase('E14: a slash at the end changes nothing', async (ask) => {
      for (const [path, status] of ANSWERS) expect([path, (await ask(`${path}/`)).status], [path, status])
    }),
    testCase('E7: what there is not is 404', async (ask) => {
      for (const path of ['/health/nope', '/health/checks/nope', '/health/checks/__proto__']) {
        expect([path, (await ask(path)).status], [path, 404])
      }
    }),
    testCase('leaves the other routes alone, and the bodies sent to them', async (ask) => {
      expect((await ask('/orders')).body, 'orders')
      const sent = 'bytes '.repeat(10_000)
      expect((await ask('/echo', { method: 'POST', body: sent })).body === sent, true)
      for (const path of ['/healthy', '/nothing', '/live']) expect([path, (await ask(path)).status], [path, 404])
      expect((await ask('/orders', { headers: { 'x-guard': 'shut' } })).status, 401)
    }),
    testCase('goes before the guards of the app', async (ask) => {
      expect((await ask('/health/live', { headers: { 'x-guard': 'shut' } })).status, 200)
    }),
    testCase('answers the same bytes again', async (ask) => {
      const { date: _, ...first } = (await ask('/health')).headers
      const again = await ask('/health')
      const { date: __, ...second } = again.headers
      expect(second, first)
      expect(again.body, '{"status":"unhealthy"}')
    }),
    testCase('does not wait for a body', async (_, url) => {
      const unfinished = 'POST /health HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\nx'
      expect((await sendRaw(url, unfinished, { untilAnswer: true })).slice(0, 12), 'HTTP/1.1 405')
    }),
  ]
  const old = testCase('E14: HTTP/1.0 without Host is answered', async (_, url) => {
    const answer = await sendRaw(url, 'GET /health/live HTTP/1.0\r\n\r\n')
    expect(/^HTTP\/1\.[01] 200 [^]*\{"status":"healthy"\}/.test(answer), true)
  })
  return lacks.includes('http/1.0') ? cases : [...cases, old]
}

function expectEndpoints(prefix: string, tellsLength: boolean): (ask: Ask) => Promise<void> {
  return async (ask) => {
    for (const [path, code, word] of ANSWERS) {
      const { body, headers, status } = await ask(`${prefix}${path}`)
      expect([path, status, body], [path, code, `{"status":"${word}"}`])
      expect(headers['content-type']?.split(';')[0], 'application/json')
      expect(headers['cache-control'], 'no-store')
      if (tellsLength) expect(headers['content-length'], String(body.length))
    }
  }
}
