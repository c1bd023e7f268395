import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { statusPage } from 'hale/checks/status-page'
import { KEEPS_ONE, type Bed } from './subject.ts'

/** A supplier's page; the fields are those that Statuspage documents. */
const PAGE = JSON.stringify({
  page: { id: 'shop', name: 'Shop', url: 'https://status.shop.example' },
  status: { indicator: 'none', description: 'All Systems Operational' },
  components: [],
  incidents: [],
})

export async function openStatusPage(): Promise<Bed> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(PAGE)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    server: { host: '127.0.0.1', port },
    subjects: [
      {
        check: 'status-page',
        client: 'url',
        open: async (to) => ({ check: statusPage({ url: `http://127.0.0.1:${to}` }) }),
        without: { 'full pool': KEEPS_ONE, 'auth lost': 'a page for everybody asks for no account' },
      },
    ],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
