import { openFaultProxy } from 'hale/testing'
import type { Bed } from '../../packages/hale/test/subjects/subject.ts'
import { openUdpFaultProxy } from '../../test/harness/udp-fault-proxy.ts'

/** What a way can do to a check, over TCP or UDP. */
export type WayMode = 'pass' | 'refuse' | 'reset' | 'blackhole' | 'garbage' | { readonly latencyMs: number }

/** A way to a server that fails on demand. */
export interface Way extends AsyncDisposable {
  readonly port: number
  set(mode: WayMode): Promise<void>
}

/** Opens a way from a port of loopback to what a bed has. */
export async function openWay({ protocol = 'tcp', server }: Pick<Bed, 'protocol' | 'server'>): Promise<Way> {
  if (protocol === 'tcp') return await openFaultProxy({ target: server })
  const proxy = await openUdpFaultProxy(server)
  return {
    port: proxy.port,
    async set(mode) {
      if (mode === 'reset') throw new Error('packets have no connection that could be reset')
      await proxy.set(mode)
    },
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  }
}
