import type { Health } from '../core/health.ts'
import { refuseOptions, type Rules } from '../core/rules.ts'
import { HANDLER_RULES, type HandlerOptions } from './handler.ts'
import { healthHandler } from './support/listener.ts'
import type { HealthModule, NestConsumer } from './support/nest-module.ts'
import { prepareDrain, SHUT_DOWN_RULES, type ShutDownOptions } from './support/shut-down.ts'
import { wholeUrl } from './support/whole-url.ts'

/** The token under which every module can inject the app's {@link Health}: `@Inject(HEALTH) health: Health`. */
export const HEALTH = 'hale:health'

export type { HealthModule } from './support/nest-module.ts'

/** Makes the health of what is injected, by Nest's tokens; `imports` are the modules that provide it. */
export interface HealthFactory<Injected extends unknown[]> {
  readonly imports?: readonly unknown[]
  readonly inject: readonly unknown[]
  readonly useFactory: (...injected: Injected) => Health | Promise<Health>
}

export interface NestOptions extends HandlerOptions, ShutDownOptions {}

const RULES: Rules<NestOptions> = { ...HANDLER_RULES, ...SHUT_DOWN_RULES }

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
  refuseOptions(options, RULES)
  const factory = 'useFactory' in source ? source : { inject: [], useFactory: () => source }
  const { grace, proxyIdle, ...handling } = options
  let health: Health | undefined
  let stop: (() => Promise<void>) | undefined
  const useFactory = async (...injected: Injected): Promise<Health> => (health = await factory.useFactory(...injected))
  const provider = { provide: HEALTH, inject: factory.inject as never[], useFactory }
  class Hale {
    configure(consumer: NestConsumer): void {
      if (health === undefined) return
      stop = prepareDrain(health, consumer.getHttpAdapter?.().getHttpServer() ?? [], { grace, proxyIdle })
      consumer.apply(wholeUrl(healthHandler(health, handling))).forRoutes('*')
    }
    // Without a signal the app is closed by code, as tests do: nobody is to be told, so nobody is waited for.
    beforeApplicationShutdown = async (signal?: string): Promise<void> => void (signal && (await stop?.()))
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
