// Elysia on Bun, as `bun app.mjs` would run it: says its port once it serves.
import { Elysia } from 'elysia'
import { healthPlugin } from 'hale/http/elysia'
import { CONFORMANCE_KEY, conformanceHealth } from 'hale/testing'

const keys = [CONFORMANCE_KEY]
const app = new Elysia()
  .use(healthPlugin(conformanceHealth(), { keys }))
  .use(healthPlugin(conformanceHealth(), { keys, basePath: '/internal/health' }))
  .onRequest(({ request }) => {
    if (request.headers.get('x-guard') === 'shut') return new Response(null, { status: 401 })
  })
  .get('/orders', () => 'orders')
  .post('/echo', ({ request }) => request.text(), { parse: 'none' })
  .listen({ port: 0, hostname: '127.0.0.1' })
console.log(`serves on port ${app.server.port}`)
