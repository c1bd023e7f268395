// One server under measurement, in a process of its own: `bare…` answers a constant, `hale…` its health.
// Tells its CPU time and what it asked of its dependencies when it is asked over the IPC channel.
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { createHealth, defineCheck, healthy, type Health } from 'hale'
import { attach, healthHandler } from 'hale/http/node'

const [kind = 'bare', checkCount = '10', size = '20'] = process.argv.slice(2)
let dependencyCalls = 0

/** As many bytes as Hale answers, and as many headers. */
function constant(): { body: string; headers: Record<string, string> } {
  const body = 'x'.repeat(Number(size))
  const headers = { 'content-type': 'application/json', 'content-length': size, 'cache-control': 'no-store' }
  return { body, headers }
}

function bare(): RequestListener {
  const { body, headers } = constant()
  return (_request, response) => {
    response.writeHead(200, headers)
    response.end(body)
  }
}

function createHealthOfMany(): Health {
  const check = defineCheck({
    kind: 'dependency',
    async run() {
      dependencyCalls += 1
      await sleep(5)
      return healthy()
    },
  })
  const names = Array.from({ length: Number(checkCount) }, (_, index) => `dependency-${index}`)
  return createHealth({
    service: { name: 'bench' },
    checks: Object.fromEntries(names.map((name) => [name, { check, every: '1s' }])),
  })
}

const listen = (listener: RequestListener, prepare?: (server: Server) => unknown): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer(listener)
    prepare?.(server)
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })

// What another row needs is not loaded, or it would count for the time to start. The frameworks stay as they come, but for
// Fastify's log, which is off by default.
async function listenWithFastify(prepare: (app: FastifyInstance) => unknown): Promise<number> {
  const { fastify } = await import('fastify')
  const app = fastify()
  await prepare(app)
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port
}

const loadExpress = async () => (await import('express')).default()

const start: Readonly<Record<string, () => Promise<number>>> = {
  bare: () => listen(bare()),
  hale: () => listen(healthHandler(createHealthOfMany())),
  'bare-fastify': () =>
    listenWithFastify((app) => {
      const { body, headers } = constant()
      app.get('/health', (_request, reply) => reply.headers(headers).send(body))
    }),
  'hale-fastify': async () => {
    const { healthPlugin } = await import('hale/http/fastify')
    return listenWithFastify((app) => app.register(healthPlugin(createHealthOfMany())))
  },
  'hale-before-fastify': () => listenWithFastify((app) => attach(createHealthOfMany(), app)),
  'bare-express': async () => {
    const app = await loadExpress()
    const { body, headers } = constant()
    app.get('/health', (_request, response) => void response.set(headers).send(body))
    return listen(app)
  },
  'hale-express': async () => {
    const { healthRouter } = await import('hale/http/express')
    return listen((await loadExpress()).use(healthRouter(createHealthOfMany())))
  },
  'hale-before-express': async () => {
    const app = await loadExpress()
    return listen(app, (server) => attach(createHealthOfMany(), server))
  },
}
process.send?.({ listening: { port: await start[kind]?.() } })

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuMicros: user + system, dependencyCalls })
})
process.on('disconnect', () => process.exit(0))
