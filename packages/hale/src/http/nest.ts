import type { Server } from 'node:http'
import type { Health } from '../core/health.ts'
import type { HandlerOptions } from './handler.ts'
import { healthHandler, type HealthListener } from './listener.ts'
import { outliveProxies, type ShutDownOptions } from './shut-down.ts'
import { stopListening } from './stop-listening.ts'
import { wholeUrl } from './whole-url.ts'

/** The token under which every module can inject the app's {@link Health}: `@Inject(HEALTH) health: Health`. */
export const HEALTH = 'hale:health'

/** Makes the health of what is injected, by Nest's tokens; `imports` are the modules that provide it. */
export interface HealthFactory<Injected extends unknown[]> {
  readonly imports?: readonly unknown[]
  readonly inject: readonly unknown[]
  readonly useFactory: (...injected: Injected) => Health | Promise<Health>
}

/** A dynamic module of Nest's. `never` stands for Nest's own types, which are not here to be named. */
export interface HealthModule<Injected extends unknown[]> {
  module: new () => object
  global: true
  imports: never[]
  providers: { provide: string; inject: never[]; useFactory: (...injected: Injected) => Promise<Health> }[]
  exports: string[]
}

export interface NestOptions extends HandlerOptions, ShutDownOptions {}

/** What is used of Nest's middleware consumer. */
interface Consumer {
  apply(middleware: HealthListener): { forRoutes(path: string): unknown }
  getHttpAdapter?(): { getHttpServer(): Server }
}

/**
 * Hale as a NestJS module, on Express and on Fastify: the health endpoints before every guard, {@link HEALTH} for
 * injection, drain and close in Nest's own shutdown (`app.enableShutdownHooks()`), in the order of `shutDown`. A global
 * prefix begins `basePath`.
 *
 * @throws {HealthSetupError} when an option is malformed.
 */
export function healthModule<Injected extends unknown[]>(
  source: Health | HealthFactory<Injected>,
  options: NestOptions = {},
): HealthModule<Injected> {
  const factory = 'useFactory' in source ? source : { inject: [], useFactory: () => source }
  let health: Health | undefined
  let stop: (() => Promise<void>) | undefined
  const useFactory = async (...injected: Injected): Promise<Health> => (health = await factory.useFactory(...injected))
  const provider = { provide: HEALTH, inject: factory.inject as never[], useFactory }
  class Hale {
    configure(consumer: Consumer): void {
      if (health === undefined) return
      const { clock } = health
      const server = consumer.getHttpAdapter?.().getHttpServer()
      const times = outliveProxies(server ?? [], options)
      if (server !== undefined) stop = () => stopListening(server, { ...times, clock })
      consumer.apply(wholeUrl(healthHandler(health, options))).forRoutes('*')
    }
    // Without a signal the app is closed by code, as tests do: nobody is to be told, so nobody is waited for.
    beforeApplicationShutdown = async (signal?: string): Promise<void> => {
      if (signal === undefined) return
      await health?.drain()
      await stop?.()
    }
    onApplicationShutdown = async (): Promise<void> => health?.close()
  }
  return {
    module: Hale,
    global: true,
    imports: (factory.imports ?? []) as never[],
    providers: [provider],
    exports: [HEALTH],
  }
}
