import type { Server } from 'node:http'
import type { Health } from '../../core/health.ts'
import type { HealthListener } from './listener.ts'

/** A dynamic module of Nest's. `never` stands for Nest's own types, which are not here to be named. */
export interface HealthModule<Injected extends unknown[]> {
  module: new () => object
  global: true
  imports: never[]
  providers: { provide: string; inject: never[]; useFactory: (...injected: Injected) => Promise<Health> }[]
  exports: string[]
}

/** What is used of Nest's middleware consumer. */
export interface NestConsumer {
  apply(middleware: HealthListener): { forRoutes(path: string): unknown }
  getHttpAdapter?(): { getHttpServer(): Server }
}
