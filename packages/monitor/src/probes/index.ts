import type { TargetKind } from '@hale/contract'
import type { Clock } from 'hale'
import type { Guard } from './guard.ts'
import { createHealthProber } from './health.ts'
import { createHttpProber } from './http.ts'
import type { Prober } from './prober.ts'
import { createTcpProber } from './tcp.ts'
import { createTransport } from './transport.ts'

/** One prober a target kind. Disposing closes the connections that they keep. */
export interface Probers extends Readonly<Record<TargetKind, Prober>>, AsyncDisposable {}

export interface ProbersOptions {
  readonly guard: Guard
  readonly clock: Pick<Clock, 'wall'>
  /** Certificates (PEM) to trust instead of the built-in ones. */
  readonly ca?: readonly string[]
}

export function createProbers({ guard, clock, ca }: ProbersOptions): Probers {
  const transport = createTransport({ guard, ...(ca === undefined ? {} : { ca }) })
  const wall = (): number => clock.wall()
  const probers: Readonly<Record<TargetKind, Prober>> = {
    health: createHealthProber(transport, wall),
    http: createHttpProber(transport, wall),
    tcp: createTcpProber(guard, wall),
  }
  return {
    ...probers,
    async [Symbol.asyncDispose]() {
      for (const prober of Object.values(probers)) await prober[Symbol.asyncDispose]()
    },
  }
}
