import '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Access } from './access/access.ts'
import { isCrossSite, isOwnHost, type Reach } from './access/browser.ts'
import type { App } from './app.ts'
import { Problem } from './problem.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Stands before every route: whose name was asked for, from which page, by whom. */
export function guard(
  app: App,
  options: { readonly access: Access; readonly reach: Reach; readonly cookie: string },
): void {
  const { access, reach, cookie } = options

  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.access === undefined) throw new Error(`The route ${String(method)} ${url} does not declare its access.`)
  })

  app.decorateRequest('principal', undefined)

  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    const { config } = request.routeOptions
    if (!isOwnHost(request.headers, reach)) {
      throw new Problem(
        421,
        'WRONG_HOST',
        'This name is not served here. Set server.publicUrl to the address people use.',
      )
    }
    const guarded = !SAFE_METHODS.has(request.method) || config.stream === true
    if (guarded && isCrossSite(request.headers, reach)) {
      throw new Problem(403, 'CROSS_SITE', "The request comes from another site's page.")
    }
    // What no route takes is answered 404, and asks nobody who they are.
    if (config.access === undefined || config.access === 'public') return
    request.principal = await access.authenticate(request.headers, request.cookies[cookie])
    if (request.principal === undefined) {
      void reply.header('www-authenticate', 'Bearer')
      throw new Problem(401, 'UNAUTHENTICATED', 'A key is needed, as X-API-Key or Authorization: Bearer, or a login.')
    }
    if (config.access === 'admin' && request.principal.scope !== 'admin') {
      throw new Problem(403, 'FORBIDDEN', 'A key of scope admin is needed.')
    }
  })
}
