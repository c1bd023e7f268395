// Real services with real checks, set up as their READMEs say, each asked over HTTP: `services.mjs <name>`. Runs in the
// folder into which they were installed (see collect.ts), one process each, and hands over what was on the wire.
import { createServer } from 'node:http'

/** What is installed in the folder, not in the repository. */
const load = (name) => import(name)
await load('reflect-metadata')

const listen = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)))

/** What a path answers: code and body. */
async function ask(port, path = '/health') {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  return { http: response.status, body: await response.text() }
}

/** Express as Nest would set it up, without decorators, which plain JavaScript does not have: they are functions. */
async function nest() {
  const { Controller, Get, Module } = await load('@nestjs/common')
  const { NestFactory } = await load('@nestjs/core')
  const { ExpressAdapter } = await load('@nestjs/platform-express')
  const { HealthCheck, HealthCheckService, HealthIndicatorService, TerminusModule } = await load('@nestjs/terminus')
  class HealthController {
    constructor(health, indicators) {
      const check = (name) => indicators.check(name)
      const up = () => check('database').attempt(() => ({ connections: 3 }))
      const degraded = () => check('queue').degraded({ message: '1204 jobs wait', waiting: 1204 })
      const down = () => check('cache').attempt(() => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:6379')))
      const late = () =>
        check('partner')
          .attempt(() => new Promise(() => {}))
          .withTimeout(20)
      this.ok = () => health.check([up])
      this.degraded = () => health.check([up, degraded])
      this.error = () => health.check([up, down, late])
      this.empty = () => health.check([])
    }
    getOk() {
      return this.ok()
    }
    getDegraded() {
      return this.degraded()
    }
    getError() {
      return this.error()
    }
    getEmpty() {
      return this.empty()
    }
  }
  Reflect.defineMetadata('design:paramtypes', [HealthCheckService, HealthIndicatorService], HealthController)
  for (const name of ['ok', 'degraded', 'error', 'empty']) {
    const method = `get${name[0].toUpperCase()}${name.slice(1)}`
    const descriptor = Object.getOwnPropertyDescriptor(HealthController.prototype, method)
    HealthCheck()(HealthController.prototype, method, descriptor)
    Get(name)(HealthController.prototype, method, descriptor)
  }
  Controller()(HealthController)
  function AppModule() {}
  const terminus = TerminusModule.forRoot({ logger: false, gracefulShutdownTimeoutMs: 500 })
  Module({ imports: [terminus], controllers: [HealthController] })(AppModule)
  const app = await NestFactory.create(AppModule, new ExpressAdapter(), { logger: false })
  await app.listen(0, '127.0.0.1')
  const { port } = app.getHttpServer().address()
  const documents = {
    'terminus-ok': await ask(port, '/ok'),
    'terminus-degraded': await ask(port, '/degraded'),
    'terminus-error': await ask(port, '/error'),
    'terminus-empty': await ask(port, '/empty'),
  }
  const closing = app.close('SIGTERM')
  documents['terminus-shutting-down'] = await ask(port, '/ok')
  await closing
  return documents
}

async function godaddy() {
  const { createTerminus, HealthCheckError } = await load('@godaddy/terminus')
  const serve = async (check, options = {}) => {
    const server = createServer((_request, response) => response.end())
    createTerminus(server, { ...options, healthChecks: { '/health': check, ...options.healthChecks } })
    const answer = await ask(await listen(server))
    await new Promise((resolve) => server.stop(resolve))
    return answer
  }
  const info = { database: { status: 'up', connections: 3 }, cache: 'ok', uptime: 7 }
  return {
    'godaddy-ok': await serve(async () => {}, { statusOkResponse: { status: 'ok' } }),
    'godaddy-info': await serve(async () => info, { statusOkResponse: { status: 'ok' } }),
    'godaddy-verbatim': await serve(async () => ({ database: 'up', uptime: 7 }), {
      statusOkResponse: { status: 'ok' },
      healthChecks: { verbatim: true },
    }),
    'godaddy-error': await serve(
      async () => {
        const causes = [new Error('connect ECONNREFUSED 127.0.0.1:5432'), new Error('the cache is cold')]
        throw new HealthCheckError('healthcheck failed', causes)
      },
      { statusErrorResponse: { status: 'error' } },
    ),
    'godaddy-error-bare': await serve(async () => Promise.reject(new Error('no database')), {
      statusErrorResponse: { status: 'error' },
    }),
  }
}

async function medicusDocuments() {
  const { HealthStatus, Medicus } = await load('medicus')
  const { createHttpHealthCheckHandler } = await load('medicus/http.js')
  const serve = async (checkers) => {
    const handle = createHttpHealthCheckHandler(new Medicus({ checkers, onCheckerError: () => {} }))
    const server = createServer((request, response) => {
      void handle(new URL(request.url, 'http://localhost').searchParams, response)
    })
    const answer = await ask(await listen(server), '/health?debug=true')
    server.close()
    return answer
  }
  const database = () => HealthStatus.HEALTHY
  const queue = () => ({ status: HealthStatus.DEGRADED, debug: { waiting: 1204 } })
  const cache = () => {
    throw new Error('connect ECONNREFUSED 127.0.0.1:6379')
  }
  return {
    'medicus-healthy': await serve({ database }),
    'medicus-degraded': await serve({ database, queue }),
    'medicus-unhealthy': await serve({ database, queue, cache }),
  }
}

async function adonis() {
  const { BaseCheck, HealthChecks, MemoryHeapCheck, Result } = await load('@adonisjs/health')
  class Scripted extends BaseCheck {
    constructor(name, result) {
      super()
      this.name = name
      this.run = async () => result()
    }
  }
  const database = new Scripted('Database', () => Result.ok('Connected').mergeMetaData({ connections: 3 }))
  const queue = new Scripted('Queue', () => Result.warning('1204 jobs wait'))
  const cache = new Scripted('Cache', () => Result.failed('Refused', new Error('connect ECONNREFUSED 127.0.0.1:6379')))
  const serve = async (...checks) => {
    const health = new HealthChecks().register(checks)
    // As the documentation's controller answers.
    const answer = async (response) => {
      const report = await health.run()
      response.writeHead(report.isHealthy ? 200 : 503, { 'content-type': 'application/json' })
      response.end(JSON.stringify(report))
    }
    const server = createServer((_request, response) => void answer(response))
    const answered = await ask(await listen(server))
    server.close()
    return answered
  }
  return {
    'adonis-ok': await serve(database, new MemoryHeapCheck().failWhenExceeds('4 gb')),
    'adonis-warning': await serve(database, queue),
    'adonis-error': await serve(database, queue, cache),
  }
}

async function cloudnative() {
  const { default: health } = await load('@cloudnative/health-connect')
  const { default: express } = await load('express')
  const serve = async (setUp, path) => {
    const checker = new health.HealthChecker()
    await setUp(checker)
    const app = express()
    app.use('/health', health.HealthEndpoint(checker)).use('/live', health.LivenessEndpoint(checker))
    const server = createServer(app)
    const answer = await ask(await listen(server), path)
    server.close()
    return answer
  }
  const up = async () => {}
  const down = () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:6379'))
  return {
    'cloudnative-up': await serve((checker) => {
      checker.registerReadinessCheck(new health.ReadinessCheck('database', up))
      checker.registerLivenessCheck(new health.LivenessCheck('loop', up))
    }),
    'cloudnative-down': await serve((checker) => {
      checker.registerReadinessCheck(new health.ReadinessCheck('database', up))
      checker.registerReadinessCheck(new health.ReadinessCheck('cache', down))
    }),
    'cloudnative-starting': await serve((checker) => {
      void checker.registerStartupCheck(new health.StartupCheck('migrations', () => new Promise(() => {})))
    }),
    'cloudnative-stopping': await serve((checker) => {
      checker.registerShutdownCheck(new health.ShutdownCheck('drain', () => new Promise(() => {})))
      process.emit('SIGTERM')
    }),
  }
}

async function lightshipDocuments() {
  const { createLightship } = await load('lightship')
  const lightship = await createLightship({ detectKubernetes: false, port: 0, shutdownDelay: 0, terminate: () => {} })
  const { port } = lightship.server.address()
  const notReady = await ask(port)
  const live = await ask(port, '/live')
  lightship.signalReady()
  const ready = await ask(port)
  // A live beacon holds the shutdown, so that it can be looked at.
  lightship.createBeacon()
  void lightship.shutdown()
  const shuttingDown = await ask(port)
  return {
    'lightship-not-ready': notReady,
    'lightship-live': live,
    'lightship-ready': ready,
    'lightship-shutting-down': shuttingDown,
  }
}

async function underPressure() {
  const { default: fastify } = await load('fastify')
  const { default: plugin } = await load('@fastify/under-pressure')
  const serve = async (options) => {
    const app = fastify()
    await app.register(plugin, { exposeStatusRoute: '/health', ...options })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const answer = await ask(app.server.address().port)
    await app.close()
    return answer
  }
  const healthCheck = async () => false
  return {
    'under-pressure-ok': await serve({}),
    'under-pressure': await serve({ healthCheck, healthCheckInterval: 60_000, message: 'Under pressure!' }),
  }
}

const services = {
  terminus: nest,
  godaddy,
  medicus: medicusDocuments,
  adonis,
  cloudnative,
  lightship: lightshipDocuments,
  'under-pressure': underPressure,
}
process.send(await services[process.argv[2]](), () => process.exit(0))
