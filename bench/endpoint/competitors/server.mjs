// One competitor under measurement, in a process of its own, set up as its README says: `server.mjs <name> <checks>`.
// Runs in the folder into which the competitors were installed; speaks the same protocol as ../server.ts.
import 'reflect-metadata'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const [name, count] = process.argv.slice(2)
let dependencyCalls = 0
const askDependency = async () => {
  dependencyCalls += 1
  await sleep(5)
}
const names = Array.from({ length: Number(count) }, (_, index) => `dependency-${index}`)

const listen = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)))

/** Each gives the port on which its health is answered at /health. */
const competitors = {
  'terminus-express': () => nest('@nestjs/platform-express', 'ExpressAdapter'),
  'terminus-fastify': () => nest('@nestjs/platform-fastify', 'FastifyAdapter'),

  async godaddy() {
    const { createTerminus } = await import('@godaddy/terminus')
    const server = createServer((_request, response) => response.end())
    const check = async () => Promise.all(names.map(askDependency))
    createTerminus(server, { healthChecks: { '/health': check } })
    return listen(server)
  },

  // It has no checks: it answers whether the app has called signalReady.
  async lightship() {
    const { createLightship } = await import('lightship')
    const lightship = await createLightship({ shutdownHandlerTimeout: 1_000 })
    lightship.signalReady()
    return lightship.server.address().port
  },

  async cloudnative() {
    const { default: health } = await import('@cloudnative/health-connect')
    const { default: express } = await import('express')
    const checker = new health.HealthChecker()
    for (const each of names) checker.registerReadinessCheck(new health.ReadinessCheck(each, askDependency))
    return listen(createServer(express().use('/health', health.HealthEndpoint(checker))))
  },

  async 'express-healthcheck'() {
    const { default: healthcheck } = await import('express-healthcheck')
    const { default: express } = await import('express')
    const test = async (done) => {
      await Promise.all(names.map(askDependency))
      done()
    }
    return listen(createServer(express().use('/health', healthcheck({ test }))))
  },

  async medicus() {
    const { HealthStatus, Medicus } = await import('medicus')
    const { default: fastify } = await import('fastify')
    const medicus = new Medicus()
    const check = async () => {
      await askDependency()
      return HealthStatus.HEALTHY
    }
    medicus.addChecker(Object.fromEntries(names.map((each) => [each, check])))
    const app = fastify().get('/health', () => medicus.performCheck(true))
    await app.listen({ port: 0, host: '127.0.0.1' })
    return app.server.address().port
  },

  async adonis() {
    const { BaseCheck, HealthChecks, Result } = await import('@adonisjs/health')
    class Dependency extends BaseCheck {
      constructor(name) {
        super()
        this.name = name
      }
      async run() {
        await askDependency()
        return Result.ok('fine')
      }
    }
    const checks = new HealthChecks().register(names.map((each) => new Dependency(each).cacheFor('1 second')))
    const answer = async (response) => {
      const report = await checks.run()
      response.writeHead(report.isHealthy ? 200 : 503, { 'content-type': 'application/json' })
      response.end(JSON.stringify(report))
    }
    return listen(createServer((_request, response) => void answer(response)))
  },

  // One function for all, on a timer and for each request to the status route as well.
  async 'under-pressure'() {
    const { default: fastify } = await import('fastify')
    const { default: underPressure } = await import('@fastify/under-pressure')
    const app = fastify()
    await app.register(underPressure, {
      exposeStatusRoute: '/health',
      healthCheckInterval: 1_000,
      healthCheck: async () => {
        await Promise.all(names.map(askDependency))
        return true
      },
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    return app.server.address().port
  },
}

/** A controller without decorators, which plain JavaScript does not have: they are functions all the same. */
async function nest(platform, adapter) {
  const { Controller, Get, Module } = await import('@nestjs/common')
  const { NestFactory } = await import('@nestjs/core')
  const { HealthCheck, HealthCheckService, HealthIndicatorService, TerminusModule } = await import('@nestjs/terminus')
  class HealthController {
    constructor(health, indicators) {
      this.health = health
      this.indicators = indicators
    }
    check() {
      return this.health.check(
        names.map((each) => async () => {
          await askDependency()
          return this.indicators.check(each).up()
        }),
      )
    }
  }
  Reflect.defineMetadata('design:paramtypes', [HealthCheckService, HealthIndicatorService], HealthController)
  const method = Object.getOwnPropertyDescriptor(HealthController.prototype, 'check')
  HealthCheck()(HealthController.prototype, 'check', method)
  Get('health')(HealthController.prototype, 'check', method)
  Controller()(HealthController)
  function AppModule() {}
  Module({ imports: [TerminusModule], controllers: [HealthController] })(AppModule)
  const { [adapter]: Adapter } = await import(platform)
  const app = await NestFactory.create(AppModule, new Adapter(), { logger: false })
  await app.listen(0, '127.0.0.1')
  return app.getHttpServer().address().port
}

process.send?.({ listening: { port: await competitors[name]() } })
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuMicros: user + system, dependencyCalls })
})
process.on('disconnect', () => process.exit(0))
