import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../app.ts'
import { notFound } from '../problem.ts'
import type { StaticFile, StaticFiles } from './static-files.ts'

/** Serves the dashboard. Its files hold nothing secret; what they show comes from the API, which asks for a login. */
export function staticRoutes(app: App, files: StaticFiles): { page: (reply: FastifyReply) => FastifyReply } {
  const index = files.get('/index.html')

  const page = (reply: FastifyReply): FastifyReply =>
    index === undefined ? reply.type('text/plain; charset=utf-8').send(NOT_BUILT) : send(reply.request, reply, index)

  app.get('/*', { config: { access: 'public' }, schema: { hide: true } }, (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/'
    const file = path === '/' ? undefined : files.get(path)
    if (file !== undefined) return send(request, reply, file)
    // A page's own routes, such as /targets/payments, are the index; a missing file is not.
    const isPage = !path.startsWith('/api/') && !/\.\w+$/u.test(path)
    if (path !== '/' && !(isPage && request.headers.accept?.includes('text/html'))) throw notFound(`page ${path}`)
    return page(reply)
  })

  return { page }
}

const NOT_BUILT = `Hale is running, but its dashboard has not been built: npm run build.
The API is under /api/v1 and described in /api/openapi.json.
`

function send(request: FastifyRequest, reply: FastifyReply, file: StaticFile): FastifyReply {
  const encoding =
    file.br !== undefined && accepts(request, 'br')
      ? 'br'
      : file.gzip !== undefined && accepts(request, 'gzip')
        ? 'gzip'
        : 'identity'
  // One tag for each form: a strong tag stands for bytes, not for content.
  const etag = encoding === 'identity' ? file.etag : file.etag.replace(/"$/u, `-${encoding}"`)
  void reply
    .header('etag', etag)
    .header('vary', 'accept-encoding')
    .header('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
  const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//u, ''))
  if (known?.includes(etag) === true || known?.includes('*') === true) return reply.code(304).send()
  if (encoding !== 'identity') void reply.header('content-encoding', encoding)
  return reply.type(file.type).send(file[encoding])
}

function accepts({ headers }: FastifyRequest, encoding: string): boolean {
  const offer = headers['accept-encoding']?.split(',').map((each) => each.trim().split(/\s*;\s*/u))
  return (
    offer?.some(([name, weight]) => name?.toLowerCase() === encoding && !/^q=0(?:\.0*)?$/u.test(weight ?? '')) === true
  )
}
