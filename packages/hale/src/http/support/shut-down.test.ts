import 'reflect-metadata'
import { once } from 'node:events'
import {
  Agent,
  createServer,
  request,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import type { MiddlewareConsumer } from '@nestjs/common'
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import express from 'express'
import fastify from 'fastify'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createHealth } from '../../core/create-health.ts'
import { createFakeClock } from '../../testing/fake-clock.ts'
import { scriptedCheck } from '../../testing/scripted-check.ts'
import { attach } from './attach.ts'
import { shutDown, type Serving } from './shut-down.ts'

const servers: Server[] = []
const agents: Agent[] = []

afterEach(() => {
  for (const agent of agents.splice(0)) agent.destroy()
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

function setUp() {
  const clock = createFakeClock()
  const check = scriptedCheck(['healthy'])
  const health = createHealth({ clock, random: () => 0, drainWait: '5s', checks: { a: check } })
  /** Time goes on while real sockets do their work. */
  const pass = async (ms: number): Promise<void> => {
    for (let i = 0; i < 10; i++) {
      await clock.advance(ms / 10)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  return { check, clock, health, pass }
}

async function listen(listener: RequestListener): Promise<Server> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return server
}

async function startNest(adapter: AbstractHttpAdapter) {
  class App {
    configure(consumer: MiddlewareConsumer) {
      consumer.apply((_: unknown, response: ServerResponse) => void response.end('ok')).forRoutes('*')
    }
  }
  const app = await NestFactory.create({ module: App }, adapter, { logger: false })
  await app.listen(0, '127.0.0.1')
  const server: Server = app.getHttpServer()
  return { app, server }
}

/** Asks over kept connections. */
function createClient(server: Server) {
  const agent = new Agent({ keepAlive: true })
  agents.push(agent)
  const { port } = server.address() as AddressInfo
  return async (path = '/') => {
    const sent = request({ agent, port, host: '127.0.0.1', path }).end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    response.resume()
    await once(response, 'end')
    return { status: response.statusCode, connection: response.headers.connection, reused: sent.reusedSocket }
  }
}

describe('shutDown', () => {
  const adapters: readonly [string, () => Promise<{ app: Serving; server: Server }>][] = [
    ['node:http', async () => listen((_, response) => response.end('ok')).then((server) => ({ app: server, server }))],
    [
      'Express',
      async () => {
        const app = express().get('/', (_, response) => void response.send('ok'))
        return listen(app as RequestListener).then((server) => ({ app: server, server }))
      },
    ],
    [
      'Fastify',
      async () => {
        const app = fastify()
        app.get('/', async () => 'ok')
        await app.listen({ port: 0, host: '127.0.0.1' })
        return { app, server: app.server }
      },
    ],
    ['Nest on Express', () => startNest(new ExpressAdapter())],
    ['Nest on Fastify', () => startNest(new FastifyAdapter())],
  ]

  it.each(adapters)('E9: %s: serves on while it drains, and what is kept once more after that', async (_, start) => {
    const { check, health, pass } = setUp()
    const { app, server } = await start()
    const close = vi.spyOn(app, 'close')
    const [ask, askElsewhere] = [createClient(server), createClient(server)]
    expect(await ask()).toMatchObject({ status: 200, connection: 'keep-alive' })
    const done = shutDown(health, app)
    expect((await health.probe('ready')).status).toBe('maintenance')
    expect(await ask()).toEqual({ status: 200, connection: 'keep-alive', reused: true })
    expect(await askElsewhere()).toEqual({ status: 200, connection: 'keep-alive', reused: false })
    await pass(4_999)
    expect([server.listening, check.closes]).toEqual([true, 0])
    await pass(1)
    await expect.poll(() => server.listening).toBe(false)
    await pass(4_800)
    expect([check.closes, close.mock.calls.length]).toEqual([0, app === server ? 1 : 0])
    // Nobody has closed them, so they are as good as ever.
    expect(await ask()).toEqual({ status: 200, connection: 'close', reused: true })
    await expect(ask()).rejects.toThrow('ECONNREFUSED')
    await pass(400)
    await done
    await expect(askElsewhere()).rejects.toThrow(/ECONNREFUSED|ECONNRESET/)
    expect([check.closes, close.mock.calls.length]).toEqual([1, 1])
  })

  it('E9: is over as soon as the other side has closed its idle connections', async () => {
    const { check, health, pass } = setUp()
    const server = await listen((_, response) => response.end('ok'))
    await createClient(server)()
    const done = shutDown(health, server, { proxyIdle: '10s' })
    await pass(5_000)
    for (const agent of agents) agent.destroy()
    await done
    expect(check.closes).toBe(1)
  })

  it('E9: the answers of health in front of the app are the last on their connection too', async () => {
    const { health, pass } = setUp()
    const server = await listen((_, response) => response.end('ok'))
    attach(health, server)
    const ask = createClient(server)
    expect(await ask('/health/ready')).toEqual({ status: 200, connection: 'keep-alive', reused: false })
    const done = shutDown(health, server)
    expect(await ask('/health/ready')).toEqual({ status: 503, connection: 'keep-alive', reused: true })
    await pass(5_000)
    await expect.poll(() => server.listening).toBe(false)
    expect(await ask('/health/ready')).toEqual({ status: 503, connection: 'close', reused: true })
    await done
    await expect(ask('/health/live')).rejects.toThrow('ECONNREFUSED')
  })

  it('E9: the server keeps idle connections longer than the proxy, unless it keeps them for ever', async () => {
    const [short, long, endless] = [createServer(), createServer(), createServer()]
    long.keepAliveTimeout = 90_000
    endless.keepAliveTimeout = 0
    const { health, pass } = setUp()
    const done = shutDown(health, [short, long, endless], { proxyIdle: '60s' })
    expect([short, long, endless].map((server) => server.keepAliveTimeout)).toEqual([61_000, 90_000, 0])
    await pass(5_000)
    await done
  })

  it('finishes what is under way, and leaves a kept connection after its last answer to the other side', async () => {
    const { check, clock, health, pass } = setUp()
    let finish: () => void = () => undefined
    const server = await listen((_, response) => {
      // The head is out before the drain begins, so it says nothing of closing.
      response.write('half')
      finish = () => response.end(' and the rest')
    })
    const answer = createClient(server)()
    await once(server, 'request')
    const done = shutDown(health, server)
    await pass(6_000)
    expect(server.listening).toBe(false)
    finish()
    expect(await answer).toMatchObject({ status: 200, connection: 'keep-alive' })
    await pass(4_900)
    // Idle for less than a proxy may keep it, however long ago the listener closed.
    expect(check.closes).toBe(0)
    await pass(5_200)
    await done
    expect(clock.timers).toBe(0)
  })

  it('cuts what is not finished within the grace, and waits no longer for an app that does not close', async () => {
    const { health, pass } = setUp()
    const server = await listen((_, response) => void response.write('half'))
    const answer = createClient(server)()
    await once(server, 'request')
    const hanging = { close: () => new Promise(() => undefined) }
    const done = shutDown(health, [server, hanging], { grace: '2s' })
    const failure = answer.then(
      () => undefined,
      (error: unknown) => error,
    )
    await pass(5_000)
    await pass(2_000)
    expect(String(await failure)).toContain('aborted')
    await done
  })

  it('E9: shutdown work runs once, however often it is asked for', async () => {
    const { health, pass } = setUp()
    const app = { close: vi.fn<() => Promise<void>>(async () => undefined) }
    const first = shutDown(health, app)
    expect(shutDown(health, app)).toBe(first)
    await pass(5_000)
    await first
    expect(shutDown(health, app)).toBe(first)
    expect(app.close).toHaveBeenCalledTimes(1)
  })

  it('closes a server of node:http2, and one that does not listen', async () => {
    const { health, pass } = setUp()
    const http2 = createHttp2Server().listen(0, '127.0.0.1')
    await once(http2, 'listening')
    const done = shutDown(health, [http2, createServer()])
    await pass(5_000)
    await done
    expect(http2.listening).toBe(false)
  })

  it('refuses what is no duration', () => {
    expect(() => shutDown(setUp().health, [], { grace: 'long', proxyIdle: '-1s' })).toThrow(
      /grace: "long" is not a duration.*\n.*proxyIdle: "-1s" is not/,
    )
  })
})
