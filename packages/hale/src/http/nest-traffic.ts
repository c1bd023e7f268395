import type { IncomingMessage } from 'node:http'
import type { Traffic } from '../core/traffic.ts'
import { expressRoute } from './express-traffic.ts'
import { fastifyRoute, type FastifyRequestLike, type FastifyTrafficLike } from './fastify-traffic.ts'
import { trafficListener, type TrafficListener } from './node-traffic.ts'

/** What is used of Nest's middleware consumer. */
interface Consumer {
  apply(middleware: TrafficListener): { forRoutes(path: string): unknown }
  getHttpAdapter(): { getType(): string; getInstance(): unknown }
}

/** A dynamic module of Nest's. */
export interface TrafficModule {
  module: new () => object
  global: true
}

/**
 * Measures the requests of NestJS, on Express and on Fastify, by the route that they matched, from before every guard until
 * the answer is handed to the socket. Import it after the module of health, so that probes are not counted:
 * `@Module({ imports: [HealthModule, trafficModule(traffic)] })`.
 */
export function trafficModule(traffic: Traffic): TrafficModule {
  class HaleTraffic {
    configure(consumer: Consumer): void {
      const adapter = consumer.getHttpAdapter()
      const route =
        adapter.getType() === 'fastify' ? routesOf(adapter.getInstance() as FastifyTrafficLike) : expressRoute
      consumer.apply(trafficListener(traffic, { route })).forRoutes('*')
    }
  }
  return { module: HaleTraffic, global: true }
}

/** Nest's middleware sees the request of Node; a hook of Fastify's tells which of its own that is. */
function routesOf(instance: FastifyTrafficLike): (request: IncomingMessage) => string | undefined {
  const requests = new WeakMap<IncomingMessage, FastifyRequestLike>()
  instance.addHook('onRequest', (request, _reply, done) => {
    requests.set(request.raw, request)
    done()
  })
  return (raw) => {
    const request = requests.get(raw)
    return request && fastifyRoute(request)
  }
}
