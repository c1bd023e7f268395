import { randomUUID } from 'node:crypto'
import type { Health } from 'hale'
import { createHandler } from 'hale/http/handler'
import type { App } from '../app.ts'
import type { RouteContext } from './context.ts'

/** `/health` and what lies below it, answered by the library. Anybody sees the status; a key or a session, the report. */
export function healthRoutes(app: App, health: Health, { access, cookie }: RouteContext): void {
  // The library knows fixed keys only; the monitor's come and go. So it gets one that never leaves this function, and
  // whoever the monitor knows presents it.
  const inner = randomUUID()
  const handler = createHandler(health, { keys: [inner] })

  for (const url of ['/health', '/health/*']) {
    app.all(url, { config: { access: 'public' }, schema: { hide: true } }, async (request, reply) => {
      const { headers, method } = request
      const known = await access.authenticate(headers, request.cookies[cookie]).catch(() => undefined)
      const header = (name: string): string | undefined => {
        if (name === 'x-api-key') return known === undefined ? undefined : inner
        const value = headers[name]
        return name !== 'authorization' && typeof value === 'string' ? value : undefined
      }
      const answer = await handler.answer({ method, path: request.url, header })
      if (answer === undefined) return reply.callNotFound()
      for (let index = 0; index < answer.headers.length; index += 2) {
        void reply.header(answer.headers[index] ?? '', answer.headers[index + 1])
      }
      return await reply.code(answer.status).send(answer.body)
    })
  }
}
