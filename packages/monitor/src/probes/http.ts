import type { ProbeOutcome, TargetSpec } from '../model.ts'
import { judgeAnswer } from './expectation.ts'
import { failedResult } from './failure.ts'
import type { Prober } from './prober.ts'
import type { Transport } from './transport.ts'

/** Asks a URL and holds the answer against what is expected of it. */
export function createHttpProber(transport: Transport, wall: () => number): Prober {
  return {
    async probe(target: TargetSpec, context): Promise<ProbeOutcome> {
      const exchange = await transport.exchange(target, context)
      const { outcome, durationMs, phases, certificate, where } = exchange
      const result =
        'error' in outcome
          ? failedResult(outcome.error, where)
          : judgeAnswer({ ...exchange, response: outcome.response }, target.http, wall())
      return { result, durationMs, phases, certificate, document: undefined, components: [] }
    },
    forget: (targetId) => transport.forget(targetId),
    [Symbol.asyncDispose]() {
      transport.close()
      return Promise.resolve()
    },
  }
}
