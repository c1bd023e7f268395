// What customers see. Express, with health in one line.
import express from 'express'
import { createHealth } from 'hale'
import { eventLoop } from 'hale/checks/event-loop'
import { http } from 'hale/checks/http'
import { healthRouter } from 'hale/http/express'
import { shutDownOnSignal } from 'hale/http/node'
import { announce } from './announce.ts'
import { listenForFaults } from './faults.ts'
import { healthKey, ports } from './settings.mjs'

const faults = listenForFaults()

const health = createHealth({
  service: { name: 'storefront', version: '2.7.0' },
  drainWait: '100ms',
  checks: {
    orders: { check: http({ url: `http://127.0.0.1:${ports.orders}/health` }), every: '2s', impact: 'degrades' },
    'event-loop': eventLoop(),
  },
})

const app = express()
app.use(async (_request, _response, next) => {
  await faults.delay()
  next()
})
app.use(healthRouter(health, { keys: [healthKey] }))
app.get('/', (_request, response) => {
  response.send(
    '<!doctype html><title>Shop</title><h1>Teapots</h1><form method="post" action="/order"><button>Order</button></form>',
  )
})
app.post('/order', async (_request, response) => {
  const order = await fetch(`http://127.0.0.1:${ports.orders}/orders`, {
    method: 'POST',
    signal: AbortSignal.timeout(3_000),
  })
  response.status(order.ok ? 201 : 502).send(order.ok ? 'Ordered.' : 'Not now, sorry.')
})
const server = app.listen(ports.storefront, '127.0.0.1')
announce(server)

shutDownOnSignal(health, server)
