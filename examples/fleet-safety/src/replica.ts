import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHealth, type Impact } from 'hale'
import { tcp } from 'hale/checks/tcp'
import { healthHandler } from 'hale/http/node'

export interface Replica extends AsyncDisposable {
  readonly url: string
}

/**
 * One replica of a shop. Its catalogue is in memory; only orders need the database. So without the database it can still do
 * most of its work, and every other replica is in the same position.
 *
 * @param impact what the database's check does to readiness. Left out: Hale's default for a dependency, `degrades`.
 */
export async function startReplica(databasePort: number, impact?: Impact): Promise<Replica> {
  const database = { check: tcp({ host: '127.0.0.1', port: databasePort }), every: '100ms', timeout: '5s' }
  const health = createHealth({ checks: { database: impact === undefined ? database : { ...database, impact } } })
  const answerHealth = healthHandler(health)
  const server = createServer((request, response) => {
    answerHealth(request, response, () => response.end('the catalogue'))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      await health.close()
      server.close()
      server.closeAllConnections()
    },
  }
}
