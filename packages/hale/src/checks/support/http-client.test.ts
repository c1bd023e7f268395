import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { keepHttpClient } from './http-client.ts'

it('E15: what is asked while it is dropped is not asked once more, over a connection that nobody ends', async () => {
  const server = createServer((request, response) => void (request.url === '/hangs' || response.end('well')))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  let connections = 0
  server.on('connection', () => (connections += 1))
  try {
    const kept = keepHttpClient(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
    const { client, drop } = await kept.get(1_000)
    expect(await client.ask('GET', '/')).toMatchObject({ status: 200, body: 'well' })
    const asked = once(server, 'request')
    const hanging = client.ask('GET', '/hangs')
    await asked
    drop()
    await expect(hanging).rejects.toThrow(/abort/)
    expect(connections).toBe(1)
  } finally {
    server.close().closeAllConnections()
  }
})
