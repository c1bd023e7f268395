import type { OutgoingHttpHeaders } from 'node:http'
import { overview as overviewSchema } from '@hale/contract'
import type { Principal } from '../access/access.ts'
import type { App } from '../app.ts'
import type { RenderedOverview } from '../rendered-overview.ts'
import type { Streams } from '../stream.ts'

/** The whole at once, and then what changes. */
export function liveRoutes(app: App, overview: RenderedOverview, streams: Streams): void {
  app.get(
    '/overview',
    {
      config: { access: 'read' },
      schema: { summary: 'Everything the first page shows', response: { 200: overviewSchema } },
    },
    // As text: it is rendered once for all, and a test holds it to the schema.
    (_request, reply) => {
      void reply
        .type('application/json')
        .serializer(asItIs)
        .send(overview.json() as never)
    },
  )

  app.get(
    '/stream',
    {
      config: { access: 'read', stream: true },
      exposeHeadRoute: false,
      schema: {
        summary: 'Server-sent events: `overview` first, then `targets` and `incident` as they change',
        description: 'After a gap, however short, the overview comes again: it replaces all that went before.',
        produces: ['text/event-stream'],
      },
    },
    (request, reply) => {
      // The head is written by hand from here on, so what hooks have set goes with it.
      const headers = reply.getHeaders() as OutgoingHttpHeaders
      streams.open(reply.raw, request.principal as Principal, headers)
      reply.hijack()
    },
  )
}

function asItIs(payload: unknown): string {
  return payload as string
}
