import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { createHealth } from 'hale'
import { checkConformance, expectHealth, openFaultProxy, type FaultMode, type FaultProxy } from 'hale/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tally } from './tally.ts'

// Your own server in a container or beside the test is better; a Tally is small enough to be played.
const server = createServer((socket) => {
  socket.on('error', () => {}).on('data', (line) => socket.write(String(line).includes('s3cret') ? 'ok 42\n' : 'no\n'))
})
let proxy: FaultProxy

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  proxy = await openFaultProxy({ target: server.address() as AddressInfo })
})
afterAll(async () => {
  await proxy.close()
  server.close()
})

const through = (mode: FaultMode, password = 's3cret') => {
  return async () => {
    await proxy.set(mode)
    return tally(proxy.host, proxy.port, password)
  }
}

describe('what every check must do', () => {
  const cases = checkConformance({
    name: 'tally',
    healthy: through('pass'),
    broken: through('pass', 'wr0ng'),
    silent: through('blackhole'),
    secrets: ['s3cret', 'wr0ng'],
  })
  it.each(cases)('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })
})

describe('what may happen on the way', () => {
  it.each<[FaultMode, string]>([
    ['refuse', 'CONNECTION_REFUSED'],
    ['reset', 'CONNECTION_RESET'],
    ['garbage', 'PROTOCOL_ERROR'],
    ['half-close', 'PROTOCOL_ERROR'],
    [{ cutAfterBytes: 3 }, 'PROTOCOL_ERROR'],
    ['blackhole', 'TIMEOUT'],
    [{ latencyMs: 400 }, 'TIMEOUT'],
  ])('%j turns it unhealthy with %s, and it comes back', async (mode, code) => {
    await proxy.set('pass')
    const check = tally(proxy.host, proxy.port, 's3cret')
    await using health = createHealth({
      checks: { database: { check, every: '50ms', timeout: '300ms', impact: 'fails' } },
    })
    await expectHealth(health).toTurn('healthy').within('30s')
    await proxy.set(mode)
    await expectHealth(health).toTurn('unhealthy').within('30s')
    // Not at once: a run on a machine that stands still for a moment ends by its timeout, whatever is wrong.
    await expect.poll(async () => (await health.check('database')).code).toBe(code)
    await proxy.set('pass')
    await expectHealth(health).toTurn('healthy').within('30s')
  })

  it('lives with a shaky line', async () => {
    await proxy.set({ latencyMs: 20, jitterMs: 20, bytesPerSecond: 1_000 })
    const check = tally(proxy.host, proxy.port, 's3cret')
    await using health = createHealth({ checks: { database: { check, every: '50ms', timeout: '10s' } } })
    await expectHealth(health).toTurn('healthy').within('30s')
    await expectHealth(health).toStay('healthy').for('500ms')
  })
})
