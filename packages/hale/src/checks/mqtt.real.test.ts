import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asker, askOnce } from '../../../../test/harness/ask.ts'
import {
  CONNECTION_LOST,
  endingWith,
  expectAnswerWhileStopped,
  expectFaultsFound,
  expectOneConnection,
  TOLD_APART,
} from '../../../../test/harness/expect-check.ts'
import { startMosquitto } from '../../../../test/harness/mosquitto.ts'
import { useServer } from '../../../../test/harness/use-server.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { createTestAuthority } from '../testing/test-authority.ts'
import { openTlsTerminator } from '../testing/tls-terminator.ts'
import { mqtt } from './mqtt.ts'
import { CONNACK, packet, SUBACK } from './support/mqtt-wire.ts'

const secret = 'hunter2hunter2'
const real = useServer(() => startMosquitto({ password: secret }))
let app: MqttClient
beforeAll(async () => {
  app = await open(real.server.port)
})
afterAll(() => app.endAsync(true))

const through = (port: number): string => real.server.url.replace(/:\d+$/, `:${port}`)

/** The app's client; it says what happens to its connection by its error event. */
async function open(port: number): Promise<MqttClient> {
  const client = await connectAsync(through(port), { reconnectPeriod: 20, connectTimeout: 500 })
  return client.on('error', () => {})
}

describe('mqtt, by URL', () => {
  it.each(
    checkConformance({
      name: 'mqtt',
      healthy: () => mqtt(real.server.url),
      broken: () => mqtt(through(1)),
      silent: () => mqtt(through(real.silent.port)),
      secrets: [secret],
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('says how long it took, and where', async () => {
    const result = await askOnce(mqtt(real.server.url))
    expect(result).toMatchObject({ status: 'healthy', observed: { unit: 'ms' } })
    expect(result.message).toMatch(/^PINGREQ at 127\.0\.0\.1:\d+ answered in [\d.]+ m?s\.$/)
    const slow = await askOnce(mqtt(real.server.url, { degraded: '0ms' }))
    expect(slow).toMatchObject({ status: 'degraded', code: 'SLOW', observed: { unit: 'ms' } })
  })

  it('speaks TLS to mqtts://', async () => {
    const authority = createTestAuthority()
    const secure = await openTlsTerminator(real.server, authority.issue('localhost'))
    const url = `mqtts://hale:${secret}@localhost:${secure.port}`
    expect(await askOnce(mqtt(url, { tls: { ca: authority.ca } }))).toMatchObject({ status: 'healthy' })
    expect(await askOnce(mqtt(url))).toMatchObject({ status: 'unhealthy', code: 'TLS_UNTRUSTED' })
    await secure.close()
  })

  it.each([
    ['the password is wrong', () => mqtt(real.server.url.replace(secret, 'wrong')), 'AUTH_FAILED'],
    ['nobody may come without a name', () => mqtt(`mqtt://127.0.0.1:${real.server.port}`), 'AUTH_FAILED'],
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
    await expectOneConnection(real.server, (port) => mqtt(through(port), { topic: 'devices/+/heartbeat' }))
  })

  it('hears what comes on a topic, and says when nothing has come', async () => {
    await app.publishAsync('devices/7/heartbeat', 'kept', { retain: true })
    const check = mqtt(real.server.url, { topic: 'devices/+/heartbeat', silentDegraded: '60ms', where: 'broker' })
    const ask = asker(check)
    expect((await ask()).value).toMatchObject({ status: 'healthy', data: { silentMs: 0 } })
    const overdue = {
      status: 'degraded',
      code: 'OVERDUE',
      message: expect.stringMatching(/^Nothing has come on devices\/\+\/heartbeat at broker for .*, limit 60 ms\. /),
      observed: { unit: 'ms' },
    }
    await expect.poll(async () => (await ask()).value).toMatchObject(overdue)
    // Healthy for 60 ms only: who asks later on a busy machine lets it speak again.
    const askAfterHeartbeat = async () => {
      await app.publishAsync('devices/8/heartbeat', 'I live')
      return (await ask()).value
    }
    await expect.poll(askAfterHeartbeat, { interval: 1 }).toMatchObject({ status: 'healthy' })
    await expect.poll(async () => (await ask()).value).toMatchObject(overdue)
    await check.close?.()
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    await expectFaultsFound({ server: real.server, check: (port) => mqtt(through(port)) }, TOLD_APART)
  })

  it('E3: is answered in time while the server is stopped in its tracks', async () => {
    await expectAnswerWhileStopped(real.server, mqtt(real.server.url))
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
    const client = await open(real.server.port)
    await client.endAsync()
    expect(await askOnce(mqtt(client))).toMatchObject({ status: 'unhealthy', code: 'CONNECTION_FAILED' })
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    await expectFaultsFound(
      {
        server: real.server,
        lasting: 'garbage', // the client reads no more until its keepalive is missed
        async check(port) {
          const client = await open(port)
          return endingWith(mqtt(client), () => client.endAsync(true))
        },
      },
      CONNECTION_LOST,
    )
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
