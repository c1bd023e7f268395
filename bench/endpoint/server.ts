// One server under measurement, in a process of its own: `bare` answers a constant, `hale` its health.
// Counts its requests, and tells its CPU time when it is asked over the IPC channel.
import { createServer, type RequestListener } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { createHealth, defineCheck, healthy } from 'hale'
import { healthHandler } from 'hale/http/node'

const [kind, checkCount = '10', size = '20'] = process.argv.slice(2)
let requests = 0
let dependencyCalls = 0

function bare(): RequestListener {
  const body = 'x'.repeat(Number(size))
  const headers = { 'content-type': 'application/json', 'content-length': body.length, 'cache-control': 'no-store' }
  return (_request, response) => {
    requests += 1
    response.writeHead(200, headers)
    response.end(body)
  }
}

function hale(): RequestListener {
  const check = defineCheck({
    kind: 'dependency',
    async run() {
      dependencyCalls += 1
      await sleep(5)
      return healthy()
    },
  })
  const names = Array.from({ length: Number(checkCount) }, (_, index) => `dependency-${index}`)
  const health = createHealth({
    service: { name: 'bench' },
    checks: Object.fromEntries(names.map((name) => [name, { check, every: '1s' }])),
  })
  const handle = healthHandler(health)
  return (request, response) => {
    requests += 1
    handle(request, response)
  }
}

const server = createServer(kind === 'bare' ? bare() : hale())
server.listen(0, '127.0.0.1', () => process.send?.({ listening: server.address() }))

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuMicros: user + system, requests, dependencyCalls })
})
process.on('disconnect', () => process.exit(0))
