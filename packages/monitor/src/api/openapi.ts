import swagger from '@fastify/swagger'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import type { App } from './app.ts'

/** Describes every route from its schemas. To be registered before the routes. */
export async function describeApi(app: App, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Hale',
        version,
        description:
          'Health checks that can be trusted. Times are milliseconds since 1970 UTC, durations milliseconds.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          key: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
          bearer: { type: 'http', scheme: 'bearer' },
        },
      },
    },
    transform(route) {
      const { schema, url } = jsonSchemaTransform(route)
      const { config } = route.route
      const security = config?.access === 'public' ? [] : [{ key: [] }, { bearer: [] }]
      return { schema: { ...schema, security }, url }
    },
  })
}

/** `/api/openapi.json`; to be called when all routes are there. */
export function openApiRoute(app: App): void {
  let document: string | undefined
  app.get('/api/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, (_request, reply) => {
    document ??= JSON.stringify(app.swagger())
    return reply.type('application/json').send(document)
  })
}
