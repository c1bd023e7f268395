import { createServer, type RequestListener } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Client as ElasticClient } from '@elastic/elasticsearch'
import { Client as OpensearchClient } from '@opensearch-project/opensearch'
import { clockSkew } from 'hale/checks/clock-skew'
import { elasticsearch } from 'hale/checks/elasticsearch'
import { health } from 'hale/checks/health'
import { http } from 'hale/checks/http'
import { CONNECTS_ANEW, KEEPS_ONE, through, type Account, type Bed, type Opened, type Subject } from './subject.ts'

/** A cluster's answer; the fields are those that both document. */
const CLUSTER = JSON.stringify({
  cluster_name: 'shop',
  status: 'green',
  timed_out: false,
  number_of_nodes: 3,
  number_of_data_nodes: 3,
  active_primary_shards: 5,
  active_shards: 15,
  relocating_shards: 0,
  initializing_shards: 0,
  unassigned_shards: 0,
})

const NO_LIMIT = 'the client opens as many connections as are asked for'

/** A server with a page, a health document and a cluster's answer, with an account for each. */
export async function openHttp(): Promise<Bed> {
  const refused = new Set<string>()
  const server = createServer(answering(refused)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  let count = 0
  const openAccount = async (): Promise<Account> => {
    const user = `app${(count += 1)}`
    return {
      url: (to) => through(`http://${user}:right@127.0.0.1/`, to),
      async lose() {
        refused.add(user)
        return async () => refused.delete(user)
      },
    }
  }
  const subject = async (check: string, client: string, open: (url: string) => Opened): Promise<Subject> => {
    const account = await openAccount()
    const without = { 'full pool': client === 'url' ? KEEPS_ONE : NO_LIMIT }
    return { check, client, account, without, open: async (to) => open(account.url(to)) }
  }
  return {
    server: { host: '127.0.0.1', port },
    subjects: [
      await subject('http', 'url', (url) => ({ check: http({ url }) })),
      await subject('health', 'url', (url) => ({ check: health({ url: `${url}health` }) })),
      {
        check: 'clock-skew',
        client: 'url',
        open: async (to) => ({ check: clockSkew({ source: `http://127.0.0.1:${to}` }) }),
        without: { 'full pool': CONNECTS_ANEW, 'auth lost': 'a refusal says what time it is as well' },
      },
      await subject('elasticsearch', 'url', (url) => ({ check: elasticsearch(url) })),
      await subject('elasticsearch', '@elastic/elasticsearch', (node) => {
        const client = new ElasticClient({ node, maxRetries: 0 })
        return { check: elasticsearch(client), end: () => client.close() }
      }),
      await subject('elasticsearch', '@opensearch-project/opensearch', (node) => {
        const client = new OpensearchClient({ node, maxRetries: 0 })
        return { check: elasticsearch(client), end: () => client.close() }
      }),
    ],
    openAccount,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function answering(refused: ReadonlySet<string>): RequestListener {
  return (request, response) => {
    const [, credentials = ''] = /^Basic (.*)$/.exec(request.headers.authorization ?? '') ?? []
    const [user = ''] = atob(credentials).split(':')
    const headers = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' }
    if (refused.has(user)) return void response.writeHead(401, headers).end('{"status":401}')
    const body = request.url?.startsWith('/_cluster') === true ? CLUSTER : '{"status":"UP"}'
    response.writeHead(200, headers).end(body)
  }
}
