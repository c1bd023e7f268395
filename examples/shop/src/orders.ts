// Keeps orders in SQLite, asks payments for the money and legacy for the stock.
import { createServer, type ServerResponse } from 'node:http'
import { DatabaseSync } from 'node:sqlite'
import { createHealth, defineCheck, healthy } from 'hale'
import { http } from 'hale/checks/http'
import { memory } from 'hale/checks/memory'
import { healthHandler, shutDownOnSignal } from 'hale/http/node'
import { announce } from './announce.ts'
import { listenForFaults } from './faults.ts'
import { healthKey, ports } from './settings.mjs'

const faults = listenForFaults()
const database = new DatabaseSync(':memory:')
database.exec('create table orders (id integer primary key, item text not null, at text not null)')
const insert = database.prepare('insert into orders (item, at) values (?, ?)')
const count = database.prepare('select count(*) as n from orders')

const health = createHealth({
  service: { name: 'orders', version: '1.4.2' },
  drainWait: '100ms',
  checks: {
    database: {
      check: defineCheck({
        kind: 'sqlite',
        scope: 'local',
        run: () => healthy(undefined, { observed: { value: Number(count.get()?.['n']), unit: 'orders' } }),
      }),
      every: '2s',
    },
    // Every replica of orders shares payments: its failure degrades orders, and takes none of them out of the balancer.
    payments: { check: http({ url: `http://127.0.0.1:${ports.payments}/health` }), every: '2s', impact: 'degrades' },
    stock: { check: http({ url: `http://127.0.0.1:${ports.legacy}/health` }), every: '2s', impact: 'informs' },
    memory: memory(),
  },
})
const serveHealth = healthHandler(health, { keys: [healthKey] })

async function order(response: ServerResponse): Promise<void> {
  try {
    const pay = `http://127.0.0.1:${ports.payments}/pay`
    const paid = await fetch(pay, { method: 'POST', signal: AbortSignal.timeout(2_000) })
    if (!paid.ok) throw new Error(`payments answered ${paid.status}`)
    const { lastInsertRowid } = insert.run('teapot', new Date().toISOString())
    response.writeHead(201).end(JSON.stringify({ id: Number(lastInsertRowid) }))
  } catch (error) {
    response.writeHead(502).end(JSON.stringify({ error: String(error) }))
  }
}

const server = createServer((request, response) => {
  void faults.delay().then(() => serveHealth(request, response, () => void order(response)))
})
announce(server.listen(ports.orders, '127.0.0.1'))

shutDownOnSignal(health, server)
