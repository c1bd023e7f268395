// Services with the health libraries of other makers, set up as their READMEs say, each on a port of its own:
// `services.mjs <control port> <{"terminus":port,…}>`. `/be/failing` on the control port makes the dependency of all of them
// fail, `/callers` says who asked each. SIGTERM is theirs: who knows how to drain, drains.
import { subscribe } from 'node:diagnostics_channel'
import { createServer } from 'node:http'
import { HealthChecks, BaseCheck, Result } from '@adonisjs/health'
import cloudnative from '@cloudnative/health-connect'
import underPressure from '@fastify/under-pressure'
import godaddy from '@godaddy/terminus'
import { Controller, Get, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { HealthCheck, HealthCheckService, HealthIndicatorService, TerminusModule } from '@nestjs/terminus'
import express from 'express'
import fastify from 'fastify'
import { createLightship } from 'lightship'
import { HealthStatus, Medicus } from 'medicus'
import { createHttpHealthCheckHandler } from 'medicus/http.js'

const HOST = '127.0.0.1'
const [, , control, places] = process.argv
const ports = JSON.parse(places)
let mood = 'healthy'

/** The dependency that all of them check. */
const connect = async () => {
  if (mood === 'failing') throw new Error('connect ECONNREFUSED 127.0.0.1:6379')
}
const listen = (server, port) => new Promise((resolve) => server.listen(Number(port), HOST, resolve))

/** A library that knows nothing of draining: its service ends when it is told to. */
const endOnSignal = (server) =>
  process.once('SIGTERM', () => {
    server.close()
    server.closeAllConnections()
  })

/** As Nest sets it up, without decorators, which plain JavaScript does not have: they are functions. */
async function terminus(port) {
  class HealthController {
    constructor(health, indicators) {
      this.check = () =>
        health.check([
          () => indicators.check('cache').attempt(connect),
          async () => {
            const queue = indicators.check('queue')
            return mood === 'degraded' ? queue.degraded({ message: '1204 jobs wait' }) : queue.up({ waiting: 3 })
          },
        ])
    }
    getHealth() {
      return this.check()
    }
  }
  Reflect.defineMetadata('design:paramtypes', [HealthCheckService, HealthIndicatorService], HealthController)
  const descriptor = Object.getOwnPropertyDescriptor(HealthController.prototype, 'getHealth')
  HealthCheck()(HealthController.prototype, 'getHealth', descriptor)
  Get('health')(HealthController.prototype, 'getHealth', descriptor)
  Controller()(HealthController)
  function AppModule() {}
  const imports = [TerminusModule.forRoot({ logger: false, gracefulShutdownTimeoutMs: 60_000 })]
  Module({ imports, controllers: [HealthController] })(AppModule)
  const app = await NestFactory.create(AppModule, new ExpressAdapter(), { logger: false })
  app.enableShutdownHooks(['SIGTERM'])
  await app.listen(port, HOST)
}

async function godaddyTerminus(port) {
  const server = createServer((_request, response) => response.end())
  const check = async () => {
    await connect().catch((error) => {
      throw new godaddy.HealthCheckError('healthcheck failed', [error])
    })
    return { cache: { status: 'up', connections: 3 } }
  }
  godaddy.createTerminus(server, {
    healthChecks: { '/health': check },
    statusOkResponse: { status: 'ok' },
    statusErrorResponse: { status: 'error' },
    signals: ['SIGTERM'],
    beforeShutdown: () => new Promise(() => {}),
  })
  await listen(server, port)
}

async function medicus(port) {
  const checkers = {
    cache: connect,
    queue: () => (mood === 'degraded' ? HealthStatus.DEGRADED : HealthStatus.HEALTHY),
  }
  const handle = createHttpHealthCheckHandler(new Medicus({ checkers, onCheckerError: () => {} }))
  const server = createServer(
    (request, response) => void handle(new URL(request.url, 'http://localhost').searchParams, response),
  )
  endOnSignal(server)
  await listen(server, port)
}

async function adonis(port) {
  class Scripted extends BaseCheck {
    constructor(name, run) {
      super()
      this.name = name
      this.run = run
    }
  }
  const health = new HealthChecks().register([
    new Scripted('cache', () =>
      connect().then(
        () => Result.ok('Connected'),
        (error) => Result.failed('The cache refuses', error),
      ),
    ),
    new Scripted('queue', async () =>
      mood === 'degraded' ? Result.warning('1204 jobs wait') : Result.ok('3 jobs wait'),
    ),
  ])
  // As the documentation's controller answers.
  const answer = async (response) => {
    const report = await health.run()
    response.writeHead(report.isHealthy ? 200 : 503, { 'content-type': 'application/json' })
    response.end(JSON.stringify(report))
  }
  const server = createServer((_request, response) => void answer(response))
  endOnSignal(server)
  await listen(server, port)
}

async function cloudnativeHealth(port) {
  const checker = new cloudnative.HealthChecker()
  checker.registerReadinessCheck(new cloudnative.ReadinessCheck('cache', connect))
  checker.registerShutdownCheck(new cloudnative.ShutdownCheck('drain', () => new Promise(() => {})))
  const app = express()
  app.use('/health', cloudnative.HealthEndpoint(checker))
  await listen(createServer(app), port)
}

async function lightship(port) {
  const { createBeacon, signalNotReady, signalReady } = await createLightship({
    detectKubernetes: false,
    port,
    shutdownDelay: 0,
    terminate: () => {},
  })
  // A live beacon holds the shutdown back.
  createBeacon()
  // The app tells it, as it is meant to.
  return () => (mood === 'failing' ? signalNotReady() : signalReady())
}

async function pressed(port) {
  const app = fastify()
  const healthCheck = () =>
    connect().then(
      () => true,
      () => false,
    )
  await app.register(underPressure, { exposeStatusRoute: '/health', healthCheck, healthCheckInterval: 100 })
  await app.listen({ port, host: HOST })
  endOnSignal(app.server)
}

/** By port, what those who asked said of themselves. */
const callers = new Map(Object.values(ports).map((port) => [port, new Set()]))
subscribe('http.server.request.start', ({ request, server }) => {
  const { 'health-hop': hop = '-', 'user-agent': agent } = request.headers
  callers.get(server.address()?.port)?.add(`${agent} health-hop: ${hop}`)
})

await Promise.all([
  terminus(ports.terminus),
  godaddyTerminus(ports.godaddy),
  medicus(ports.medicus),
  adonis(ports.adonis),
  cloudnativeHealth(ports.cloudnative),
  pressed(ports['under-pressure']),
])
const tellLightship = await lightship(ports.lightship)
tellLightship()

const controls = createServer((request, response) => {
  const [, verb, word] = request.url.split('/')
  if (verb === 'be') {
    mood = word
    tellLightship()
  }
  const said = Object.entries(ports).map(([name, port]) => [name, [...callers.get(port)]])
  response.end(JSON.stringify(Object.fromEntries(said)))
})
await listen(controls, control)
console.log('all serve')
