import 'reflect-metadata'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { serve as serveHono } from '@hono/node-server'
import { Router } from '@koa/router'
import { Controller, Get, HttpException, Param, Post, StreamableFile } from '@nestjs/common'
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { Elysia } from 'elysia'
import { node as elysiaOnNode } from '@elysiajs/node'
import express from 'express'
import express4 from 'express4'
import fastify from 'fastify'
import { H3, serve as serveH3 } from 'h3'
import { Hono } from 'hono'
import Koa from 'koa'
import { describe, expect, it } from 'vitest'
import { listen, opened } from '../../../../test/harness/listen.ts'
import { freePort } from '../../../../test/harness/ports.ts'
import type { AdapterServer } from '../testing/adapter-conformance.ts'
import { trafficConformance, type TrafficConformance, type TrafficSetup } from '../testing/traffic-conformance.ts'
import { trafficPlugin as elysiaTraffic } from './elysia-traffic.ts'
import { healthPlugin as elysiaHealth } from './elysia.ts'
import { trafficMiddleware as expressTraffic } from './express-traffic.ts'
import { healthRouter } from './express.ts'
import { trafficPlugin as fastifyTraffic } from './fastify-traffic.ts'
import { healthPlugin as fastifyHealth } from './fastify.ts'
import { trafficMiddleware as h3Traffic } from './h3-traffic.ts'
import { healthMiddleware as h3Health } from './h3.ts'
import { createHandler } from './handler.ts'
import { trafficMiddleware as honoTraffic } from './hono-traffic.ts'
import { healthMiddleware as honoHealth } from './hono.ts'
import { trafficMiddleware as koaTraffic } from './koa-traffic.ts'
import { healthMiddleware as koaHealth } from './koa.ts'
import { trafficModule } from './nest-traffic.ts'
import { healthModule } from './nest.ts'
import { trafficListener } from './node-traffic.ts'
import { healthHandler } from './node.ts'
import { measureHandler } from './web-traffic.ts'

type Held = TrafficSetup['held']
type Start = TrafficConformance['start']

async function* pieces(held: Held): AsyncGenerator<Buffer> {
  yield Buffer.from('begun')
  await held()
  yield Buffer.from('ended')
}
const nodeStream = (held: Held): Readable => Readable.from(pieces(held), { objectMode: false })
const webStream = (held: Held): Response => new Response(Readable.toWeb(nodeStream(held)) as ReadableStream<Uint8Array>)
const broken = (): never => {
  throw new Error('it broke')
}

const ROUTES = new Map<string, (response: ServerResponse, held: Held) => unknown>([
  ['GET /orders/:id', (response) => response.end('order')],
  ['POST /orders', (response) => response.writeHead(201).end()],
  ['GET /broken', (response) => response.writeHead(500).end()],
  ['GET /waits', async (response, held) => response.end((await held(), 'waited'))],
  ['GET /stream', (response, held) => nodeStream(held).pipe(response)],
])
const routeOf = ({ method, url = '' }: IncomingMessage): string | undefined => {
  const route = `${method} ${url.replace(/^\/orders\/.*/, '/orders/:id')}`
  return ROUTES.has(route) ? route : undefined
}

const node: Start = ({ health, held, traffic }) => {
  const probes = healthHandler(health)
  const measure = trafficListener(traffic, { route: routeOf })
  return listen((request, response) =>
    probes(request, response, () => {
      measure(request, response)
      const answer = ROUTES.get(routeOf(request) ?? '')
      if (answer === undefined) response.writeHead(404).end()
      else void answer(response, held)
    }),
  )
}

const onExpress =
  (make: typeof express): Start =>
  ({ health, held, traffic }) => {
    const app = make().set('env', 'test')
    app.use(healthRouter(health))
    app.use(expressTraffic(traffic))
    app.get(
      '/orders/:id',
      ({ params }, response) => void response.status(params.id === 'none' ? 404 : 200).send('order'),
    )
    app.post('/orders', (_, response) => void response.status(201).send('made'))
    app.get('/broken', broken)
    app.get('/waits', async (_, response) => void response.send((await held(), 'waited')))
    app.get('/stream', (_, response) => void nodeStream(held).pipe(response))
    return listen(app as RequestListener)
  }

const onFastify: Start = async ({ health, held, traffic }) => {
  const app = fastify({ forceCloseConnections: true })
  await app.register(fastifyHealth(health))
  await app.register(fastifyTraffic(traffic))
  app.get<{ Params: { id: string } }>('/orders/:id', ({ params }, reply) =>
    reply.code(params.id === 'none' ? 404 : 200).send('order'),
  )
  app.post('/orders', (_, reply) => reply.code(201).send('made'))
  app.get('/broken', broken)
  app.get('/waits', async () => (await held(), 'waited'))
  app.get('/stream', () => nodeStream(held))
  await app.listen({ port: 0, host: '127.0.0.1' })
  return opened(app.server)
}

const onKoa: Start = ({ health, held, traffic }) => {
  const app = new Koa().on('error', () => undefined)
  const router = new Router()
  router.get('/:id', (context) => {
    context.status = context['params']['id'] === 'none' ? 404 : 200
    context.body = 'order'
  })
  const top = new Router()
  top.use('/orders', router.routes())
  top.post('/orders', (context) => void (context.status = 201))
  top.get('/broken', broken)
  top.get('/waits', async (context) => void (context.body = (await held(), 'waited')))
  top.get('/stream', (context) => void (context.body = nodeStream(held)))
  app.use(koaHealth(health)).use(koaTraffic(traffic)).use(top.routes())
  const listener = app.callback()
  return listen((request, response) => void listener(request, response))
}

const hono = ({ health, held, traffic }: TrafficSetup): Hono => {
  const app = new Hono()
  app.use(honoHealth(health))
  app.use(honoTraffic(traffic))
  app.get('/orders/:id', (context) => context.text('order', context.req.param('id') === 'none' ? 404 : 200))
  app.post('/orders', (context) => context.text('made', 201))
  app.get('/broken', broken)
  app.get('/waits', async (context) => context.text((await held(), 'waited')))
  app.get('/stream', () => webStream(held))
  app.onError((_, context) => context.text('broken', 500))
  return app
}
/** Its own `Request` and `Response` stay its own: the other frameworks here have theirs. */
const serveFetch = (fetch: (request: Request, env: object) => Response | Promise<Response>): Promise<AdapterServer> =>
  opened(serveHono({ fetch, port: 0, hostname: '127.0.0.1', overrideGlobalObjects: false }))

const onH3Of =
  (elsewhere: boolean): Start =>
  async ({ health, held, traffic }) => {
    const app = new H3({ silent: true })
    app.use(h3Health(health))
    app.use(h3Traffic(traffic))
    app.get('/orders/:id', (event) => {
      if (event.context.params?.['id'] === 'none') event.res.status = 404
      return 'order'
    })
    app.post('/orders', (event) => {
      event.res.status = 201
      return 'made'
    })
    app.get('/broken', broken)
    app.get('/waits', async () => (await held(), 'waited'))
    app.get('/stream', () => webStream(held))
    if (elsewhere) return serveFetch((request) => app.fetch(new Request(request.url, request)))
    const server = serveH3(app, { port: 0, hostname: '127.0.0.1', silent: true })
    await server.ready()
    return { url: String(server.url).replace(/\/$/, ''), close: () => server.close(true) }
  }

const elysia = ({ health, held, traffic }: TrafficSetup, adapter?: ReturnType<typeof elysiaOnNode>) =>
  new Elysia(adapter && { adapter })
    .use(elysiaHealth(health))
    .use(elysiaTraffic(traffic))
    .get('/orders/:id', ({ params, status }) => status(params.id === 'none' ? 404 : 200, 'order'))
    .post('/orders', () => new Response('made', { status: 201 }))
    .get('/broken', broken)
    .get('/waits', async () => (await held(), 'waited'))
    .get('/stream', () => webStream(held))

const onElysia: Start = async (setup) => {
  const port = await freePort()
  return new Promise((resolve) => {
    elysia(setup, elysiaOnNode()).listen({ port, hostname: '127.0.0.1' }, (server) => {
      resolve({ url: `http://127.0.0.1:${port}`, close: () => server.stop(true) })
    })
  })
}

const onWeb: Start = ({ health, held, traffic }) => {
  const { fetch } = createHandler(health)
  const measured = new Map<string, (request: Request) => Promise<Response>>(
    Object.entries<(request: Request) => Response | Promise<Response>>({
      'GET /orders/:id': ({ url }) => new Response('order', { status: url.endsWith('/none') ? 404 : 200 }),
      'POST /orders': () => new Response('made', { status: 201 }),
      'GET /broken': broken,
      'GET /waits': async () => new Response((await held(), 'waited')),
      'GET /stream': () => webStream(held),
    }).map(([route, handler]) => [route, measureHandler(traffic, route, handler)]),
  )
  const unmatched = measureHandler(
    traffic,
    () => undefined,
    () => new Response(null, { status: 404 }),
  )
  return serveFetch((request) => {
    const { pathname } = new URL(request.url)
    if (pathname.startsWith('/health')) return fetch(request)
    const route = `${request.method} ${pathname.replace(/^\/orders\/.*/, '/orders/:id')}`
    return (measured.get(route) ?? unmatched)(request)
  })
}

/** A controller of Nest's, decorated by hand: neither type stripping nor Vitest knows parameter decorators. */
function ordersController(held: Held): new () => object {
  class Orders {
    one(id: string): string {
      if (id === 'none') throw new HttpException('none', 404)
      return 'order'
    }
    made = (): string => 'made'
    broken = broken
    waits = async (): Promise<string> => (await held(), 'waited')
    stream = (): StreamableFile => new StreamableFile(nodeStream(held))
  }
  const routes = {
    one: Get('orders/:id'),
    made: Post('orders'),
    broken: Get('broken'),
    waits: Get('waits'),
    stream: Get('stream'),
  }
  const instance = new Orders()
  for (const [name, decorate] of Object.entries(routes)) {
    const value: object = instance[name as keyof Orders].bind(instance)
    Object.defineProperty(Orders.prototype, name, { value })
    decorate(Orders.prototype, name, { value })
  }
  Param('id')(Orders.prototype, 'one', 0)
  Controller()(Orders)
  return Orders
}

const onNest =
  (make: () => AbstractHttpAdapter): Start =>
  async ({ health, held, traffic }) => {
    const module = class App {
      readonly name = 'shop'
    }
    const imports = [healthModule(health), trafficModule(traffic)]
    const app = await NestFactory.create({ module, imports, controllers: [ordersController(held)] }, make(), {
      logger: false,
      forceCloseConnections: true,
    })
    await app.listen(0, '127.0.0.1')
    return { url: await app.getUrl(), close: () => app.close() }
  }

const FRAMEWORKS: readonly TrafficConformance[] = [
  { name: 'node:http', start: node },
  { name: 'Express 5', start: onExpress(express) },
  { name: 'Express 4', start: onExpress(express4) },
  { name: 'Fastify 5', start: onFastify },
  { name: 'Koa 3', start: onKoa },
  { name: 'Hono 4 on Node', start: (setup) => serveFetch(hono(setup).fetch) },
  { name: 'Hono 4 elsewhere', start: (setup) => serveFetch((request) => hono(setup).fetch(request)) },
  { name: 'h3 2 on Node', start: onH3Of(false) },
  { name: 'h3 2 elsewhere', start: onH3Of(true) },
  { name: 'Elysia 1 on Node', start: onElysia },
  { name: 'Elysia 1 elsewhere', start: (setup) => serveFetch(elysia(setup).fetch), streams: 'head' },
  { name: 'NestJS 12 on Express', start: onNest(() => new ExpressAdapter()) },
  { name: 'NestJS 12 on Fastify', start: onNest(() => new FastifyAdapter()) },
  { name: 'Request and Response', start: onWeb },
]

describe.each(FRAMEWORKS)('$name', (framework) => {
  it.each(trafficConformance(framework))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })
})
