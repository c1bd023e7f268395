import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Targets at `url/0`, `url/1` … that are healthy or not as chance will have it, anew each time that they are asked. */
export interface FlippingTargets extends AsyncDisposable {
  readonly url: string
  /** From now on all are healthy. */
  recover(): void
}

export async function openFlippingTargets(random: () => number): Promise<FlippingTargets> {
  let recovered = false
  const server = createServer((_request, response) => {
    const luck = recovered ? 0 : random()
    const status = luck < 0.5 ? 'healthy' : luck < 0.7 ? 'degraded' : 'unhealthy'
    response.writeHead(status === 'unhealthy' ? 503 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ status }))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    recover() {
      recovered = true
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}
