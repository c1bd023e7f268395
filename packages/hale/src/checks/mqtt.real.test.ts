import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asker, askOnce } from '../../../../test/harness/ask.ts'
import { meetFaults } from '../../../../test/harness/meet-faults.ts'
import { startMosquitto } from '../../../../test/harness/mosquitto.ts'
import type { RealServer } from '../../../../test/harness/server.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { openFaultProxy, type FaultProxy } from '../testing/fault-proxy.ts'
import { createTestAuthority } from '../testing/test-authority.ts'
import { openTlsTerminator } from '../testing/tls-terminator.ts'
import { mqtt } from './mqtt.ts'
import { CONNACK, packet, SUBACK } from './support/mqtt-wire.ts'

const secret = 'hunter2hunter2'
let server: RealServer
let silent: FaultProxy
let app: MqttClient
beforeAll(async () => {
  server = await startMosquitto({ password: secret })
  silent = await openFaultProxy({ target: server, mode: 'blackhole' })
  app = await open(server.port)
})
afterAll(async () => {
  await app.endAsync(true)
  await silent.close()
  await server.stop()
})

const through = (port: number): string => server.url.replace(/:\d+$/, `:${port}`)

/** The app's client; it says what happens to its connection by its error event. */
async function open(port: number): Promise<MqttClient> {
  const client = await connectAsync(through(port), { reconnectPeriod: 20, connectTimeout: 500 })
  return client.on('error', () => {})
}

describe('mqtt, by URL', () => {
  it.each(
    checkConformance({
      name: 'mqtt',
      healthy: () => mqtt(server.url),
      broken: () => mqtt(through(1)),
      silent: () => mqtt(through(silent.port)),
      secrets: [secret],
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('says how long it took, and where', async () => {
    const result = await askOnce(mqtt(server.url))
    expect(result).toMatchObject({ status: 'healthy', observed: { unit: 'ms' } })
    expect(result.message).toMatch(/^PINGREQ at 127\.0\.0\.1:\d+ answered in [\d.]+ ms\.$/)
  })

  it('speaks TLS to mqtts://', async () => {
    const authority = createTestAuthority()
    const secure = await openTlsTerminator(server, authority.issue('localhost'))
    const url = `mqtts://hale:${secret}@localhost:${secure.port}`
    expect(await askOnce(mqtt(url, { tls: { ca: authority.ca } }))).toMatchObject({ status: 'healthy' })
    expect(await askOnce(mqtt(url))).toMatchObject({ status: 'unhealthy', code: 'TLS_UNTRUSTED' })
    await secure.close()
  })

  it.each([
    ['the password is wrong', () => mqtt(server.url.replace(secret, 'wrong')), 'AUTH_FAILED'],
    ['nobody may come without a name', () => mqtt(`mqtt://127.0.0.1:${server.port}`), 'AUTH_FAILED'],
    ['nothing listens', () => mqtt(through(1)), 'CONNECTION_REFUSED'],
    ['the name does not exist', () => mqtt('mqtt://no-such-name.invalid'), /^DNS_/],
  ])('says so when %s', async (_, check, code) => {
    const result = await askOnce(check())
    expect(result.status).toBe('unhealthy')
    expect(result.code).toMatch(code)
    expect(result.message).not.toContain('wrong')
  })

  // What Mosquitto cannot be brought to say.
  it.each([
    ['is not ready', [packet(CONNACK, 0, [Buffer.of(0, 3)])], 'NOT_READY'],
    ['has another version', [packet(CONNACK, 0, [Buffer.of(0, 1)])], 'PROTOCOL_ERROR'],
    [
      'refuses the topic',
      [packet(CONNACK, 0, [Buffer.of(0, 0)]), packet(SUBACK, 0, [Buffer.of(0, 1, 0x80)])],
      'AUTH_FAILED',
    ],
    ['answers nothing but its kind', [packet(CONNACK, 0, [])], 'PROTOCOL_ERROR'],
  ])('says so when the server %s', async (_, answers, code) => {
    const other = createServer((socket) => {
      const left = [...answers]
      socket.on('data', () => socket.write(left.shift() ?? '')).on('error', () => {})
    }).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const url = `mqtt://127.0.0.1:${(other.address() as AddressInfo).port}`
    expect(await askOnce(mqtt(url, { topic: 'devices/#' }))).toMatchObject({ status: 'unhealthy', code })
    other.close()
  })

  it('E12: keeps one connection, and gives it back in the end', async () => {
    await using proxy = await openFaultProxy({ target: server })
    const check = mqtt(through(proxy.port), { topic: 'devices/+/heartbeat' })
    const ask = asker(check)
    for (let run = 0; run < 5; run++) expect((await ask()).value.status).toBe('healthy')
    expect(proxy.taken).toBe(1)
    await check.close?.()
    await expect.poll(() => proxy.open).toBe(0)
  })

  it('hears what comes on a topic, and says when nothing has come', async () => {
    await app.publishAsync('devices/7/heartbeat', 'kept', { retain: true })
    const check = mqtt(server.url, { topic: 'devices/+/heartbeat', silentDegraded: '60ms', where: 'broker' })
    const ask = asker(check)
    expect((await ask()).value).toMatchObject({ status: 'healthy', data: { silentMs: 0 } })
    const overdue = {
      status: 'degraded',
      code: 'OVERDUE',
      message: expect.stringMatching(/^Nothing has come on devices\/\+\/heartbeat at broker for .*, limit 60 ms\. /),
      observed: { unit: 'ms' },
    }
    await expect.poll(async () => (await ask()).value).toMatchObject(overdue)
    await app.publishAsync('devices/8/heartbeat', 'I live')
    await expect.poll(async () => (await ask()).value).toMatchObject({ status: 'healthy' })
    await expect.poll(async () => (await ask()).value).toMatchObject(overdue)
    await check.close?.()
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    expect(await meetFaults({ server, check: (port) => mqtt(through(port)) })).toEqual({
      refuse: expect.stringMatching(/^CONNECTION_RE/),
      reset: 'CONNECTION_RESET',
      'black hole': 'TIMEOUT',
      garbage: 'PROTOCOL_ERROR',
      'half close': 'CONNECTION_RESET',
      slow: 'TIMEOUT',
    })
  })

  it('E3: is answered in time while the server is stopped in its tracks', async () => {
    const check = mqtt(server.url)
    const ask = asker(check, 300)
    await ask()
    server.pause()
    expect((await ask()).value).toMatchObject({ status: 'unhealthy', code: 'TIMEOUT' })
    server.resume()
    await expect.poll(async () => (await ask()).value.status).toBe('healthy')
    await check.close?.()
  })
})

describe("mqtt, through the app's own client of mqtt", () => {
  it('is answered, and leaves no listener behind', async () => {
    const before = app.listenerCount('packetreceive') + app.listenerCount('close')
    expect(await askOnce(mqtt(app, { where: 'broker' }))).toMatchObject({
      status: 'healthy',
      message: expect.stringMatching(/^PINGREQ at broker answered/),
    })
    expect(app.listenerCount('packetreceive') + app.listenerCount('close')).toBe(before)
  })

  it('says that it is closed', async () => {
    const client = await open(server.port)
    await client.endAsync()
    expect(await askOnce(mqtt(client))).toMatchObject({ status: 'unhealthy', code: 'CONNECTION_FAILED' })
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    const codes = await meetFaults({
      server,
      lasting: 'garbage', // the client reads no more until its keepalive is missed
      async check(port) {
        const client = await open(port)
        const check = mqtt(client)
        return { ...check, close: () => client.endAsync(true) }
      },
    })
    expect(Object.values(codes)).not.toContain('not detected')
    expect(Object.values(codes)).not.toContain('CHECK_THREW')
    expect(codes).toMatchObject({ 'black hole': 'TIMEOUT', slow: 'TIMEOUT' })
  })
})

it('mqtt refuses what cannot work', () => {
  expect(() => mqtt({} as never)).toThrow(HealthSetupError)
  expect(() => mqtt('http://u:secret@x')).toThrow(/source: the URL must begin with mqtt:\/\/ or mqtts:\/\//)
  expect(() => mqtt('http://u:secret@x')).not.toThrow(/secret/)
  expect(() => mqtt('mqtt://x', { silentDegraded: '1m' })).toThrow(/topic: is needed for limits/)
  expect(() => mqtt('mqtt://x', { topic: 'a', silentDegraded: 'long' })).toThrow(/silentDegraded: "long" is not a/)
  expect(() => mqtt(app, { topic: 'a' })).toThrow(/topic: needs a URL/)
})
