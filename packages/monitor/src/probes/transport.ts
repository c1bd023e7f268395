import type { Certificate, Phases, TargetSpec } from '../model.ts'
import { Connections, type Connection } from './connections.ts'
import type { Guard } from './guard.ts'
import { sendHop, type Hop, type HopOutcome } from './hop.ts'
import type { ProbeContext } from './prober.ts'
import { firstHop, nextHop } from './request.ts'

/** Asks HTTP targets and measures how the time was spent. */
export interface Transport {
  /** One exchange, redirects followed. Never rejects: what went wrong is in the answer. */
  exchange(target: TargetSpec, context: ProbeContext): Promise<Exchange>
  forget(targetId: string): void
  close(): void
}

export interface TransportOptions {
  readonly guard: Guard
  /** Certificates (PEM) to trust instead of the built-in ones. */
  readonly ca?: readonly string[]
}

/** What became of an exchange. */
export interface Exchange {
  readonly outcome: HopOutcome
  /** All of it, redirects included. */
  readonly durationMs: number
  /** Those of the last request, the one that gave the answer. */
  readonly phases: Phases
  readonly certificate: Certificate | undefined
  /** `host:port` that was asked last. */
  readonly where: string
}

/**
 * Makes a transport. Connections are kept alive between the probes of a target (E12); a fresh probe opens a new one.
 * Cache headers mean nothing here: every probe asks.
 */
export function createTransport({ guard, ca }: TransportOptions): Transport {
  const connections = new Connections(guard.lookup, ca)
  const hops = new WeakMap<TargetSpec, Hop>()

  const hopTo = (target: TargetSpec): Hop => {
    let hop = hops.get(target)
    if (hop === undefined) {
      hop = firstHop(target)
      guard.judgeHost(hop.options.host)
      hops.set(target, hop)
    }
    return hop
  }

  /** Sends until an answer is no redirect, or one too many. */
  const follow = async (
    target: TargetSpec,
    connection: Connection,
    context: ProbeContext,
  ): Promise<Omit<Exchange, 'durationMs' | 'certificate'>> => {
    const { maxBodyBytes, followRedirects } = target.http
    let phases: Phases = {}
    let where = ''
    try {
      let hop = hopTo(target)
      for (let redirects = 0; ; redirects++) {
        where = hop.url.host
        let answer = await sendHop(hop, maxBodyBytes, connection, context)
        if (answer.stale) {
          // A server may close a kept connection just as it is used again. That says nothing of its health.
          connection.close()
          answer = await sendHop(hop, maxBodyBytes, connection, context)
        }
        phases = answer.phases
        const { outcome } = answer
        if ('error' in outcome || redirects >= followRedirects) return { outcome, phases, where }
        const next = nextHop(hop, outcome.response, target)
        if (next === undefined) return { outcome, phases, where }
        guard.judgeHost(next.options.host)
        hop = next
      }
    } catch (error) {
      return { outcome: { error }, phases, where }
    }
  }

  return {
    async exchange(target, context) {
      const startedAt = performance.now()
      const connection = connections.of(target)
      // A POST is not sent twice, so it never uses a connection that might be stale.
      if (context.fresh || target.http.method === 'POST') connection.close()
      const answer = await follow(target, connection, context)
      return { ...answer, durationMs: performance.now() - startedAt, certificate: connection.certificate }
    },
    forget: (targetId) => connections.forget(targetId),
    close: () => connections.close(),
  }
}
