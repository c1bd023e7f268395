import { once } from 'node:events'
import { createServer as createPlainServer } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { askOnce } from '../../../../test/harness/ask.ts'
import { createTestAuthority } from '../testing/test-authority.ts'
import { http } from './http.ts'

const authority = createTestAuthority()
const servers: Server[] = []
afterAll(() => {
  for (const server of servers) server.close()
})

async function listen(server: Server): Promise<number> {
  servers.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}

/** A server with a certificate of the authority's; negative days: it ended then. */
async function serve(name: string, days: number): Promise<string> {
  const port = await listen(createServer(authority.issue(name, { days }), (_, response) => response.end('ok')))
  return `https://localhost:${port}/`
}

describe('http over TLS', () => {
  const tls = { ca: authority.ca }

  it('trusts the authority that it is given', async () => {
    const url = await serve('localhost', 2)
    expect(await askOnce(http({ url, tls }))).toMatchObject({ status: 'healthy', data: { status: 200 } })
  })

  it('refuses a certificate that nobody trusted signed', async () => {
    const url = await serve('localhost', 2)
    expect(await askOnce(http({ url }))).toMatchObject({
      code: 'TLS_UNTRUSTED',
      message: expect.stringContaining(
        `of ${url} is not signed by a trusted authority (UNABLE_TO_VERIFY_LEAF_SIGNATURE)`,
      ),
    })
  })

  it('refuses a certificate for another name', async () => {
    expect(await askOnce(http({ url: await serve('other.test', 2), tls }))).toMatchObject({ code: 'TLS_NAME_MISMATCH' })
  })

  it('refuses a certificate that has expired', async () => {
    expect(await askOnce(http({ url: await serve('localhost', -1), tls }))).toMatchObject({ code: 'TLS_EXPIRED' })
  })

  it('says that plain HTTP is not TLS', async () => {
    const port = await listen(createPlainServer((_, response) => response.end()))
    expect(await askOnce(http({ url: `https://localhost:${port}/` }))).toMatchObject({ code: 'TLS_FAILED' })
  })
})
