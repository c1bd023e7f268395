import { afterAll, beforeAll } from 'vitest'
import { openFaultProxy, type FaultProxy } from '../../packages/hale/src/testing/fault-proxy.ts'

/** What the tests of a file ask. */
export interface UsedServer<S> {
  /** The real one. Not before the tests run. */
  readonly server: S
  /** A way to it that takes connections and says nothing. */
  readonly silent: FaultProxy
}

/** Has a server for the tests of a file: starts it before them, ends it after them. */
export function useServer<S extends AsyncDisposable & { readonly host: string; readonly port: number }>(
  start: () => Promise<S>,
): UsedServer<S> {
  let used: UsedServer<S> | undefined
  const running = (): UsedServer<S> => {
    if (used === undefined) throw new Error('The server runs while tests do; this was asked before.')
    return used
  }
  beforeAll(async () => {
    const server = await start()
    used = { server, silent: await openFaultProxy({ target: server, mode: 'blackhole' }) }
  })
  afterAll(async () => {
    await used?.silent.close()
    await used?.server[Symbol.asyncDispose]()
  })
  return {
    get server() {
      return running().server
    },
    get silent() {
      return running().silent
    },
  }
}
