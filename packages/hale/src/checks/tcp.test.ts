import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asker, askOnce } from '../../../../test/harness/ask.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { tcp } from './tcp.ts'

const host = '127.0.0.1'
const server = createServer((socket) => socket.on('error', () => {}))
let port: number
beforeAll(async () => {
  await once(server.listen(0, host), 'listening')
  port = (server.address() as AddressInfo).port
})
afterAll(() => void server.close())

describe('tcp', () => {
  it.each(
    checkConformance({
      name: 'tcp',
      healthy: () => tcp({ host, port }),
      broken: () => tcp({ host, port: 1 }),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('says how long it took', async () => {
    const result = await askOnce(tcp({ host, port }))
    expect(result).toMatchObject({ status: 'healthy', observed: { unit: 'ms' } })
    expect(result.message).toMatch(/^Connecting to 127\.0\.0\.1:\d+ answered in [\d.]+ m?s\.$/)
  })

  it('E12: leaves no connection open', async () => {
    const ask = asker(tcp({ host, port }))
    for (let run = 0; run < 20; run++) await ask()
    await expect.poll(() => new Promise((resolve) => server.getConnections((_, count) => resolve(count)))).toBe(0)
  })

  it('says what is wrong, where, and what to try', async () => {
    expect(await askOnce(tcp({ host, port: 1 }))).toMatchObject({
      code: 'CONNECTION_REFUSED',
      message: 'Nothing listens at 127.0.0.1:1 (ECONNREFUSED). Start the service, or correct host and port.',
    })
    expect(await askOnce(tcp({ host: 'no-such-name.invalid', port: 1 }))).toMatchObject({
      code: expect.stringMatching(/^DNS_/),
    })
  })

  it('judges the time by its limits', async () => {
    expect(await askOnce(tcp({ host, port, degraded: 0 }))).toMatchObject({ status: 'degraded', code: 'SLOW' })
    expect(await askOnce(tcp({ host, port, unhealthy: 0 }))).toMatchObject({ status: 'unhealthy', code: 'SLOW' })
  })

  it('refuses what cannot work, all at once', () => {
    expect(() => tcp({ host: '', port: 70_000 })).toThrow(HealthSetupError)
    expect(() => tcp({ host: '', port: 70_000 })).toThrow(/host: "" is not.*\n.*port: 70000 is not/)
  })
})
