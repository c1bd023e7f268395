import { connect } from 'node:net'
import { healthy, type Result } from 'hale'
import type { Phases, ProbeOutcome } from '../model.ts'
import { judgeManner } from './expectation.ts'
import { failedResult } from './failure.ts'
import type { Guard } from './guard.ts'
import type { ProbeContext, Prober } from './prober.ts'

const OPEN: Result = Object.freeze(healthy())

/** Connects to a port and hangs up. Every probe connects anew: that is what it asks. */
export function createTcpProber(guard: Guard, wall: () => number): Prober {
  return {
    async probe(target, context): Promise<ProbeOutcome> {
      const startedAt = performance.now()
      const phases: Writable<Phases> = {}
      const url = new URL(target.address)
      const rest = { phases, certificate: undefined, document: undefined, components: [] }
      try {
        await connectOnce(url, guard, context, phases)
        const durationMs = performance.now() - startedAt
        const manner = judgeManner({ durationMs, certificate: undefined, where: url.host }, target.http, wall())
        return { ...rest, durationMs, result: manner ?? OPEN }
      } catch (error) {
        return { ...rest, durationMs: performance.now() - startedAt, result: failedResult(error, url.host) }
      }
    },
    forget: () => {},
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

function connectOnce(
  { hostname, port }: URL,
  guard: Guard,
  { signal, progress }: ProbeContext,
  phases: Writable<Phases>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
    guard.judgeHost(host)
    signal.throwIfAborted()
    let mark = performance.now()
    const socket = connect({ host, port: Number(port), lookup: guard.lookup })
    const abort = (): void => void socket.destroy(signal.reason as Error)
    signal.addEventListener('abort', abort)
    progress.step = 'lookup'
    socket.once('connectionAttempt', () => {
      progress.step = 'connect'
    })
    socket.once('lookup', () => {
      phases.dnsMs = performance.now() - mark
      mark += phases.dnsMs
    })
    socket.once('connect', () => {
      phases.connectMs = performance.now() - mark
      resolve()
      socket.destroy()
    })
    socket.on('error', reject)
    socket.on('close', () => signal.removeEventListener('abort', abort))
  })
}
