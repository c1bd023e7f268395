// What the published package must do on every runtime; plain JavaScript, so that nothing but the package is under test.
// Says `done` at the end, and must then end by itself: nothing may keep the process alive (E15).
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createHealth, defineCheck, degraded, healthy } from 'hale'
import { disk } from 'hale/checks/disk'
import { http } from 'hale/checks/http'
import { memory } from 'hale/checks/memory'
import { tcp } from 'hale/checks/tcp'
import { readHealthDocument } from 'hale/formats/read'
import { healthHandler } from 'hale/http/node'
import { checkConformance, createFakeClock, expectHealth, openFaultProxy, scriptedCheck } from 'hale/testing'

const upstream = createServer((_request, response) => response.end('fine')).listen(0, '127.0.0.1')
await once(upstream, 'listening')
const proxy = await openFaultProxy({ target: { port: upstream.address().port } })
// Patient, for a machine that stands still for a second: what it tests is refused or answered at once.
const patient = { timeout: '30s' }
const quick = { ...patient, every: '50ms', impact: 'fails' }

const health = createHealth({
  service: { name: 'smoke', version: '1.0.0' },
  logger: { error() {} },
  checks: {
    payments: { check: http({ url: `http://127.0.0.1:${proxy.port}/` }), ...quick },
    port: { check: tcp({ host: '127.0.0.1', port: upstream.address().port }), ...quick },
    disk: { check: disk({ path: '/', degraded: '0.01%', unhealthy: '0%' }), ...patient, every: '1s' },
    memory: { check: memory({ degraded: '99.9%', unhealthy: '100%' }), ...patient, every: '1s' },
    queue: { check: defineCheck({ kind: 'queue', run: () => healthy() }), ...patient, every: '1s' },
  },
})
const server = createServer(healthHandler(health, { keys: ['a-key-of-the-smoke-suite'] })).listen(0, '127.0.0.1')
await once(server, 'listening')
const address = `http://127.0.0.1:${server.address().port}`
const detailed = { headers: { 'x-api-key': 'a-key-of-the-smoke-suite' } }

// Healthy, and says no more than that without the key.
await expectHealth(health).toTurn('healthy').within('30s')
let response = await fetch(`${address}/health`)
assert.equal(response.status, 200)
assert.deepEqual(await response.json(), { status: 'healthy' })
response = await fetch(`${address}/health`, detailed)
const document = await response.json()
assert.deepEqual(Object.keys(document.checks).toSorted(), ['disk', 'memory', 'payments', 'port', 'queue'])
assert.equal(response.headers.get('cache-control'), 'no-store')

// The dependency goes away and comes back; liveness does not care.
await proxy.set('refuse')
await expectHealth(health).toTurn('unhealthy').within('30s')
assert.equal((await health.check('payments')).code, 'CONNECTION_REFUSED')
assert.equal((await fetch(`${address}/health/ready`)).status, 503)
assert.equal((await fetch(`${address}/health/live`)).status, 200)
await proxy.set('pass')
await expectHealth(health).toTurn('healthy').within('30s')
assert.equal((await fetch(`${address}/health?x=1`, { method: 'HEAD' })).status, 200)
assert.equal((await fetch(`${address}/health`, { method: 'POST' })).status, 405)

// The reader of the monitor understands what the writer wrote.
assert.equal(readHealthDocument({ status: 200, body: JSON.stringify(document) }).report.status, 'healthy')

// A day in no time.
const clock = createFakeClock()
const database = scriptedCheck(['healthy', 'healthy', degraded('SLOW', 'It is slow.')])
const slow = createHealth({ clock, random: () => 0, checks: { database: { check: database, every: '8h' } } })
await expectHealth(slow).toTurn('degraded').within('1d')
assert.equal(database.mostLive, 1)

// A check of one's own is held to the same.
for (const { name, run } of checkConformance({
  name: 'queue',
  healthy: () => scriptedCheck(['healthy']),
  broken: () => scriptedCheck([new Error('no')]),
})) {
  await run().catch((error) => assert.fail(`${name}: ${error}`))
}

await slow.close()
await health.close()
await proxy.close()
await new Promise((resolve) => {
  server.close(resolve)
  server.closeAllConnections()
})
await new Promise((resolve) => {
  upstream.close(resolve)
  upstream.closeAllConnections()
})
console.log('done')
