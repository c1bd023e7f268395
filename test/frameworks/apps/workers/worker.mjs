import { createHandler } from 'hale/http/handler'
import { CONFORMANCE_KEY, conformanceHealth } from 'hale/testing'

const health = conformanceHealth()
const keys = [CONFORMANCE_KEY]
const handler = createHandler(health, { keys })
const internal = createHandler(health, { keys, basePath: '/internal/health' })

export default {
  fetch(request) {
    const { pathname } = new URL(request.url)
    if (/^\/health(\/|$)/.test(pathname)) return handler.fetch(request)
    if (/^\/internal\/health(\/|$)/.test(pathname)) return internal.fetch(request)
    if (request.headers.get('x-guard') === 'shut') return new Response(null, { status: 401 })
    if (pathname === '/orders') return new Response('orders')
    if (pathname === '/echo') return new Response(request.body)
    return new Response(null, { status: 404 })
  },
}
