// What measuring a request costs, in the middleware of the frameworks: CPU against the same without it, on requests and
// responses of Node's own that go over no socket.
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { createTraffic, type Traffic } from 'hale'
import { trafficMiddleware as expressTraffic } from 'hale/http/express-traffic'
import { trafficPlugin, type FastifyTrafficLike } from 'hale/http/fastify-traffic'
import { trafficMiddleware as honoTraffic } from 'hale/http/hono-traffic'
import { trafficMiddleware as koaTraffic } from 'hale/http/koa-traffic'
import { measureHandler } from 'hale/http/web-traffic'

const REQUESTS = 300_000
const GOAL = 2

type Serve = (request: IncomingMessage, response: ServerResponse) => Promise<unknown> | void

const next = async (): Promise<void> => undefined
const answer = new Response('order')
const asked = new Request('http://localhost/orders/1')

/** The middleware of each framework, and what would run without it. */
const FRAMEWORKS: readonly (readonly [name: string, without: Serve, measured: (traffic: Traffic) => Serve])[] = [
  [
    'Express',
    () => undefined,
    (traffic) => {
      const middleware = expressTraffic(traffic)
      return (request, response) => {
        Object.assign(request, { baseUrl: '', route: { path: '/orders/:id' } })
        middleware(request, response, () => undefined)
      }
    },
  ],
  [
    'Fastify',
    () => undefined,
    (traffic) => {
      let hook: Parameters<FastifyTrafficLike['addHook']>[1] | undefined
      trafficPlugin(traffic)({ addHook: (_name, given) => (hook = given) }, {}, () => undefined)
      const routeOptions = { url: '/orders/:id' }
      return (raw, response) => hook?.({ raw, method: 'GET', routeOptions }, { raw: response }, () => undefined)
    },
  ],
  [
    'Koa',
    () => next(),
    (traffic) => {
      const middleware = koaTraffic(traffic)
      return (_, res) => middleware({ method: 'GET', res, _matchedRoute: '/orders/:id' }, next)
    },
  ],
  [
    'Hono, on Node',
    () => next(),
    (traffic) => {
      const middleware = honoTraffic(traffic)
      const req = { method: 'GET', routePath: '/orders/:id' }
      return (_, outgoing) => middleware({ req, res: answer, env: { outgoing } }, next)
    },
  ],
  [
    'Request and Response',
    async () => answer,
    (traffic) => {
      const handler = measureHandler(traffic, 'GET /orders/:id', () => answer)
      return () => handler(asked)
    },
  ],
]

async function run(serve: Serve): Promise<number> {
  const socket = new Socket()
  const before = process.cpuUsage()
  for (let i = 0; i < REQUESTS; i++) {
    const request = new IncomingMessage(socket)
    const response = new ServerResponse(request)
    const served = serve(request, response)
    if (served !== undefined) await served
    response.emit('close')
  }
  const { system, user } = process.cpuUsage(before)
  return (system + user) / REQUESTS
}

/** Median of five pairs, each side after the other. */
export async function trafficOfFrameworks(
  add: (measure: string, value: number, unit: string, goal?: number) => void,
): Promise<void> {
  for (const [name, without, measured] of FRAMEWORKS) {
    const serve = measured(createTraffic())
    await run(serve)
    await run(without)
    const costs: number[] = []
    for (let i = 0; i < 5; i++) costs.push((await run(serve)) - (await run(without)))
    add(`measuring a request of ${name}`, costs.toSorted((a, b) => a - b)[2] ?? NaN, 'µs', GOAL)
  }
}
