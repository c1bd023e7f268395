import { createServer, type RequestListener } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Client as ElasticClient } from '@elastic/elasticsearch'
import { Client as OpensearchClient } from '@opensearch-project/opensearch'
import { clockSkew } from 'hale/checks/clock-skew'
import { elasticsearch } from 'hale/checks/elasticsearch'
import { health } from 'hale/checks/health'
import { http } from 'hale/checks/http'
import { KEEPS_ONE, through, type Bed, type Mend, type Opened, type Subject } from './subject.ts'

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

/** A server with a page, a health document and a cluster's answer, behind a password. */
export async function openHttp(): Promise<Bed> {
  const refused = new Set<string>()
  const server = createServer(answering(refused)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const subject = (
    check: string,
    client: string,
    open: (url: string, account: { readonly user: string; readonly authorization: string }) => Opened,
  ): Subject => {
    const user = `${check}-${client}`.replaceAll(/\W/g, '-')
    const authorization = `Basic ${btoa(`${user}:right`)}`
    return {
      check,
      client,
      open: async (to) => open(`http://127.0.0.1:${to}`, { user, authorization }),
      async loseAccount(): Promise<Mend> {
        refused.add(user)
        return async () => refused.delete(user)
      },
      without: { 'full pool': client === 'url' ? KEEPS_ONE : NO_LIMIT },
    }
  }
  const withUser = (url: string, user: string): string =>
    through(url.replace('//', `//${user}:right@`), Number(new URL(url).port))
  return {
    server: { host: '127.0.0.1', port },
    subjects: [
      subject('http', 'url', (url, { authorization }) => ({ check: http({ url, headers: { authorization } }) })),
      subject('health', 'url', (url, { authorization }) => ({
        check: health({ url: `${url}/health`, headers: { authorization } }),
      })),
      { ...subject('clock-skew', 'url', (url) => ({ check: clockSkew({ source: url }) })) },
      subject('elasticsearch', 'url', (url, { user }) => ({ check: elasticsearch(withUser(url, user)) })),
      subject('elasticsearch', '@elastic/elasticsearch', (node, { user: username }) => {
        const client = new ElasticClient({ node, maxRetries: 0, auth: { username, password: 'right' } })
        return { check: elasticsearch(client), end: () => client.close() }
      }),
      subject('elasticsearch', '@opensearch-project/opensearch', (node, { user: username }) => {
        const client = new OpensearchClient({ node, maxRetries: 0, auth: { username, password: 'right' } })
        return { check: elasticsearch(client), end: () => client.close() }
      }),
    ],
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
