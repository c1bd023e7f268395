import 'reflect-metadata'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { Server } from 'node:net'
import { serve as serveHono } from '@hono/node-server'
import type { INestApplication, MiddlewareConsumer } from '@nestjs/common'
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import express from 'express'
import express4 from 'express4'
import fastify, { type FastifyInstance } from 'fastify'
import { H3, serve as serveH3 } from 'h3'
import { createApp, eventHandler, fromNodeMiddleware, readRawBody, setResponseStatus, toNodeListener } from 'h3-1'
import { Elysia } from 'elysia'
import { node as elysiaOnNode } from '@elysiajs/node'
import { Hono } from 'hono'
import Koa from 'koa'
import mount from 'koa-mount'
import { describe, expect, it } from 'vitest'
import { adapterConformance, type AdapterServer, type AdapterSetup } from '../testing/adapter-conformance.ts'
import { listen, opened } from '../../../../test/harness/listen.ts'
import { freePort } from '../../../../test/harness/ports.ts'
import { attach } from './support/attach.ts'
import { healthPlugin as elysiaPlugin } from './elysia.ts'
import { healthRouter } from './express.ts'
import { healthPlugin } from './fastify.ts'
import { healthMiddleware as h3Middleware } from './h3.ts'
import { healthMiddleware as honoMiddleware } from './hono.ts'
import { healthMiddleware as koaMiddleware } from './koa.ts'
import { healthModule } from './nest.ts'
import { healthHandler } from './node.ts'

/** In front of a server that some framework listens by. */
const inFront =
  (open: () => Server | Promise<Server>) =>
  async (setup: AdapterSetup): Promise<AdapterServer> => {
    const server = await open()
    attach(setup.health, server, whole(setup))
    return opened(server)
  }

/** The options of an adapter that does not know where it is mounted. */
const whole = ({ options, prefix }: AdapterSetup) => ({ ...options, basePath: `${prefix}/health` })

/** The app of the cases, for node:http. */
function nodeApp(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers['x-guard'] === 'shut') response.writeHead(401).end()
  else if (request.url === '/orders') response.end('orders')
  else if (request.url === '/echo') request.pipe(response)
  else response.writeHead(404).end()
}

/** The app of the cases, for what speaks `Request` and `Response`. */
async function webApp(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (request.headers.get('x-guard') === 'shut') return new Response(null, { status: 401 })
  if (pathname === '/orders') return new Response('orders')
  if (pathname === '/echo') return new Response(await request.text())
  return new Response(null, { status: 404 })
}

const node = (setup: AdapterSetup): Promise<AdapterServer> => {
  const health = healthHandler(setup.health, whole(setup))
  return listen((request, response) => health(request, response, () => nodeApp(request, response)))
}

const onExpress = (make: typeof express) => (setup: AdapterSetup) => {
  const app = make()
  app.use(setup.prefix || '/', healthRouter(setup.health, setup.options))
  app.use(nodeApp)
  return listen(app as RequestListener)
}

const onFastify = async ({ health, options, prefix }: AdapterSetup): Promise<AdapterServer> =>
  opened(await fastifyApp((app) => app.register(healthPlugin(health, options), { prefix })))

async function fastifyApp(prepare?: (app: FastifyInstance) => PromiseLike<unknown>): Promise<Server> {
  const app = fastify({ forceCloseConnections: true })
  await prepare?.(app)
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers['x-guard'] === 'shut') await reply.code(401).send()
  })
  app.get('/orders', () => 'orders')
  app.post('/echo', (request) => request.body)
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app.server
}

const onKoa = ({ health, options, prefix }: AdapterSetup): Promise<AdapterServer> => {
  const app = new Koa()
  const middleware = koaMiddleware(health, options)
  app.use(prefix === '' ? middleware : mount(prefix, middleware))
  app.use((context) => {
    context.respond = false
    nodeApp(context.req, context.res)
  })
  const listener = app.callback()
  return listen((request, response) => void listener(request, response))
}

const onHono = async (setup: AdapterSetup): Promise<AdapterServer> => {
  const app = new Hono()
  app.use(honoMiddleware(setup.health, whole(setup)))
  app.all('*', (context) => webApp(context.req.raw))
  return opened(serveHono({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }))
}

const onH3 = async (setup: AdapterSetup): Promise<AdapterServer> => {
  const app = new H3()
  app.use(h3Middleware(setup.health, whole(setup)))
  app.all('/**', (event) => webApp(event.req))
  const server = serveH3(app, { port: 0, hostname: '127.0.0.1', silent: true })
  await server.ready()
  return { url: String(server.url).replace(/\/$/, ''), close: () => server.close(true) }
}

const onOldH3 = (setup: AdapterSetup): Promise<AdapterServer> => {
  const app = createApp()
  app.use(fromNodeMiddleware(healthHandler(setup.health, whole(setup))))
  app.use(
    eventHandler(async (event) => {
      if (event.path === '/echo') return readRawBody(event)
      if (event.headers.get('x-guard') === 'shut') setResponseStatus(event, 401)
      else if (event.path !== '/orders') setResponseStatus(event, 404)
      return 'orders'
    }),
  )
  return listen(toNodeListener(app))
}

const onElysia = async (setup: AdapterSetup): Promise<AdapterServer> => {
  const app = new Elysia({ adapter: elysiaOnNode() })
    .use(elysiaPlugin(setup.health, whole(setup)))
    .all('/*', ({ request }) => webApp(request), { parse: 'none' })
  const port = await freePort()
  return new Promise((resolve) => {
    app.listen({ port, hostname: '127.0.0.1' }, (server) => {
      resolve({ url: `http://127.0.0.1:${port}`, close: () => server.stop(true) })
    })
  })
}

const onNest =
  (make: () => AbstractHttpAdapter) =>
  async (setup: AdapterSetup): Promise<AdapterServer> => {
    const app = await nestApp(make(), setup)
    return { url: await app.getUrl(), close: () => app.close() }
  }

async function nestApp(adapter: AbstractHttpAdapter, setup?: AdapterSetup): Promise<INestApplication<Server>> {
  class App {
    configure(consumer: MiddlewareConsumer) {
      const middleware = (request: IncomingMessage & { originalUrl: string }, response: ServerResponse) => {
        request.url = request.originalUrl
        nodeApp(request, response)
      }
      consumer.apply(middleware).forRoutes('*')
    }
  }
  const module = { module: App, imports: setup === undefined ? [] : [healthModule(setup.health, whole(setup))] }
  const options = { logger: false, forceCloseConnections: true, bodyParser: false } as const
  const app = await NestFactory.create<INestApplication<Server>>(module, adapter, options)
  if (setup !== undefined && setup.prefix !== '') app.setGlobalPrefix(setup.prefix)
  await app.listen(0, '127.0.0.1')
  return app
}

const FRAMEWORKS: readonly (readonly [string, (setup: AdapterSetup) => AdapterServer | Promise<AdapterServer>])[] = [
  ['node:http', node],
  ['Express 5', onExpress(express)],
  ['Express 4', onExpress(express4)],
  ['Fastify 5', onFastify],
  ['Koa 3', onKoa],
  ['Hono 4', onHono],
  ['h3 2', onH3],
  ['h3 1', onOldH3],
  ['NestJS 12 on Express', onNest(() => new ExpressAdapter())],
  ['NestJS 12 on Fastify', onNest(() => new FastifyAdapter())],
  ['Elysia 1 on Node', onElysia],
  ['in front of node:http', inFront(() => createServer(nodeApp).listen(0, '127.0.0.1'))],
  ['in front of Express 5', inFront(() => express().use(nodeApp).listen(0, '127.0.0.1'))],
  ['in front of NestJS 12 on Express', inFront(async () => (await nestApp(new ExpressAdapter())).getHttpServer())],
  ['in front of Fastify 5', inFront(() => fastifyApp())],
]

describe.each(FRAMEWORKS)('%s', (name, start) => {
  it.each(adapterConformance({ name, start }))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })
})
