import { once } from 'node:events'
import { createServer, get, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline, Readable } from 'node:stream'
import express from 'express'
import { afterEach, describe, expect, it } from 'vitest'
import { createTraffic } from '../core/traffic.ts'
import { trafficMiddleware } from './express-traffic.ts'
import { trafficListener } from './node-traffic.ts'

const opened: Server[] = []
afterEach(() => {
  for (const server of opened.splice(0)) server.close().closeAllConnections()
})

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  opened.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('trafficListener', () => {
  it('counts by the pattern that the app names, and status 500 and above as errors', async () => {
    const traffic = createTraffic()
    const measure = trafficListener(traffic, {
      route: ({ method, url }) => (url?.startsWith('/orders/') === true ? `${method} /orders/:id` : undefined),
    })
    const url = await listen((request, response) => {
      measure(request, response)
      response.statusCode = request.url === '/orders/2' ? 500 : 200
      response.end()
    })
    for (const path of ['/orders/1', '/orders/2', '/.env']) await (await fetch(url + path)).text()
    await expect.poll(() => traffic.figures()?.requests).toBe(3)
    expect(traffic.figures('GET /orders/:id')).toMatchObject({ requests: 2, errors: 1 })
    expect(traffic.routes()).toEqual(['GET /orders/:id', 'unmatched'])
  })

  it('E4: a caller that goes away is counted once and is no error of the app', async () => {
    const traffic = createTraffic()
    const measure = trafficListener(traffic)
    const begun = Promise.withResolvers<void>()
    const url = await listen((request, response) => {
      measure(request, response)
      begun.resolve()
    })
    const request = get(url).on('error', () => undefined)
    await begun.promise
    request.destroy()
    await expect.poll(() => traffic.figures()?.requests).toBe(1)
    expect(traffic.figures()).toMatchObject({ errors: 0 })
  })
})

describe('an answer that the app breaks off', () => {
  it('is an error of the app', async () => {
    const traffic = createTraffic()
    const measure = trafficListener(traffic, { route: () => 'GET /export' })
    const url = await listen((request, response) => {
      measure(request, response)
      const source = new Readable({
        read() {
          this.push('begun')
          this.destroy(new Error('the disk went away'))
        },
      })
      pipeline(source, response, () => undefined)
    })
    await expect(fetch(url).then((answer) => answer.text())).rejects.toThrow(/terminated|fetch failed/)
    await expect.poll(() => traffic.figures('GET /export')?.requests).toBe(1)
    expect(traffic.figures('GET /export')?.errors).toBe(1)
  })
})

describe('trafficMiddleware', () => {
  it('E11: names the routes of Express, never the paths', async () => {
    const traffic = createTraffic()
    const orders = express.Router({ mergeParams: true })
    orders.get('/:id', (_, response) => void response.send('one'))
    const app = express()
    app.use(trafficMiddleware(traffic))
    app.use('/shops/:shop/orders', orders)
    app.post('/orders', (_, response) => void response.status(201).send('made'))
    app.get('/broken', () => {
      throw new Error('it broke')
    })
    app.use(
      ((_error, _request, response, _next) => void response.status(500).end()) satisfies express.ErrorRequestHandler,
    )
    const url = await listen(app as RequestListener)
    for (const path of ['/shops/1/orders/7', '/shops/2/orders/8', '/nope/1', '/nope/2', '/broken']) {
      await (await fetch(url + path)).text()
    }
    await (await fetch(`${url}/orders`, { method: 'POST' })).text()
    await expect.poll(() => traffic.figures()?.requests).toBe(6)
    expect(traffic.routes()).toEqual(['GET /shops/:param/orders/:id', 'unmatched', 'GET /broken', 'POST /orders'])
    expect(traffic.figures('GET /shops/:param/orders/:id')?.requests).toBe(2)
    expect(traffic.figures('GET /broken')?.errors).toBe(1)
  })
})
