import { once } from 'node:events'
import { createServer, get, type RequestOptions } from 'node:https'
import { type AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { createTestAuthority } from '../testing/test-authority.ts'
import { createHealth } from '../core/create-health.ts'
import { healthy } from '../core/result.ts'
import { allow } from './allow.ts'
import { healthHandler } from './node.ts'

it('a client certificate opens the report only when the server has verified it', async () => {
  const authority = createTestAuthority()
  const stranger = createTestAuthority()
  const server = authority.issue('localhost')
  await using health = createHealth({ checks: { a: () => healthy() } })
  const handle = healthHandler(health, { access: allow({ certificates: [{ subject: { CN: 'monitor' } }] }) })
  // Whoever comes without a certificate is served as well: probes have none.
  const options = { ...server, ca: authority.ca, requestCert: true, rejectUnauthorized: false }
  const listening = createServer(options, (request, response) => handle(request, response)).listen(0, '127.0.0.1')
  try {
    await once(listening, 'listening')
    const { port } = listening.address() as AddressInfo
    const ask = async (identity: RequestOptions) => {
      const request = get({ port, path: '/health', ca: authority.ca, agent: false, ...identity })
      const [response] = await once(request, 'response')
      let body = ''
      for await (const chunk of response) body += String(chunk)
      return body
    }
    const status = '{"status":"healthy"}'
    expect(await ask(authority.issue('monitor'))).toContain('"checks":{"a"')
    expect(await ask({})).toBe(status)
    expect(await ask(authority.issue('somebody'))).toBe(status)
    expect(await ask(stranger.issue('monitor'))).toBe(status)
    expect(await ask(authority.issue('monitor', { days: -1 }))).toBe(status)
  } finally {
    listening.close().closeAllConnections()
  }
})
