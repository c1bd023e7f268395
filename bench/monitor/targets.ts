// The other side of bench/monitor: serves health documents of five components on as many paths as are asked for.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { haleFormat } from '../../packages/hale/dist/formats/hale.js'
import type { CheckReport, Report } from '../../packages/hale/dist/core/report.js'

const check = (options: Partial<CheckReport>): CheckReport => ({
  status: 'healthy',
  since: Date.now() - 86_400_000,
  checkedAt: Date.now(),
  ageMs: 400,
  durationMs: 3.2,
  consecutiveFailures: 0,
  impact: 'degrades',
  reason: 'still healthy',
  ...options,
})

const report: Report = {
  status: 'healthy',
  service: { name: 'orders', version: '1.4.2' },
  at: Date.now(),
  checks: {
    database: check({ kind: 'postgres', impact: 'fails', observed: { value: 3.2, unit: 'ms' }, tags: ['ready'] }),
    cache: check({ kind: 'redis', durationMs: 0.4 }),
    disk: check({ kind: 'disk', observed: { value: 61.5, unit: '%' }, message: '61.5 % of / is free' }),
    memory: check({ kind: 'memory', observed: { value: 412_000_000, unit: 'By' } }),
    payments: check({ kind: 'http', durationMs: 21.8, message: 'HTTP 200 in 21.8 ms' }),
  },
}
const body = Buffer.from(haleFormat.write(report, { detail: true }))

// Longer than the interval, as behind a balancer, so that connections live from one probe to the next.
const server = createServer({ keepAliveTimeout: 60_000 }, (_request, response) => {
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': body.length,
    'cache-control': 'no-store',
  })
  response.end(body)
})
server.listen(0, '127.0.0.1', 1_024, () => {
  process.send?.({ port: (server.address() as AddressInfo).port, bytes: body.length })
})
process.on('disconnect', () => process.exit())
