// One server under measurement, in a process of its own: `bare` answers a constant, `hale…` its health.
// Tells its CPU time and what it asked of its dependencies when it is asked over the IPC channel.
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createHealth, defineCheck, healthy, type Health } from 'hale'
import { healthHandler } from 'hale/http/node'

const [kind = 'bare', checkCount = '10', size = '20'] = process.argv.slice(2)
let dependencyCalls = 0

function bare(): RequestListener {
  const body = 'x'.repeat(Number(size))
  const headers = { 'content-type': 'application/json', 'content-length': body.length, 'cache-control': 'no-store' }
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

const listen = (listener: RequestListener): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer(listener)
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })

// What another row needs is not loaded, or it would count for the time to start.
async function listenWithFastify(): Promise<number> {
  const { default: fastify } = await import('fastify')
  const handle = healthHandler(createHealthOfMany())
  const app = fastify()
  app.get('/health', (request, reply) => {
    reply.hijack()
    handle(request.raw, reply.raw)
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port
}

async function listenWithExpress(): Promise<number> {
  const [{ default: express }, { healthRouter }] = await Promise.all([import('express'), import('hale/http/express')])
  return listen(express().use(healthRouter(createHealthOfMany())))
}

const start: Readonly<Record<string, () => Promise<number>>> = {
  bare: () => listen(bare()),
  hale: () => listen(healthHandler(createHealthOfMany())),
  'hale-fastify': listenWithFastify,
  'hale-express': listenWithExpress,
}
process.send?.({ listening: { port: await start[kind]?.() } })

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuMicros: user + system, dependencyCalls })
})
process.on('disconnect', () => process.exit(0))
