import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { askOnce } from '../../../../test/harness/ask.ts'
import { expectFaultsFound, OVER_HTTP } from '../../../../test/harness/expect-check.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { clockSkew, judgeSkew } from './clock-skew.ts'
import { read } from './support/ntp.ts'

const servers: Server[] = []
afterAll(() => {
  for (const server of servers) server.close().closeAllConnections()
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A server whose clock is `ms` ahead of ours. */
const serveAhead = (ms: number) =>
  serve((_, response) => response.setHeader('date', new Date(Date.now() + ms).toUTCString()).end())
const right = await serveAhead(0)
const wrong = await serveAhead(120_000)
const silent = await serve(() => undefined)

describe('clockSkew by the Date of an HTTP answer', () => {
  it.each(
    checkConformance({
      name: 'clock-skew',
      healthy: () => clockSkew({ source: right }),
      broken: () => clockSkew({ source: wrong }),
      silent: () => clockSkew({ source: silent }),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it.each([
    [-120_000, 'unhealthy', 'ahead of'],
    [-10_000, 'degraded', 'ahead of'],
    [0, 'healthy', ''],
    [10_000, 'degraded', 'behind'],
    [120_000, 'unhealthy', 'behind'],
  ])('of a server that is %s ms ahead says %s', async (ms, status, where) => {
    const result = await askOnce(clockSkew({ source: await serveAhead(ms) }))
    expect(result).toMatchObject({ status, observed: { unit: 'ms' } })
    expect(result.message).toContain(where)
    // To half a second, and what the machine took meanwhile.
    expect(Math.abs(Number(result.observed?.value) + ms)).toBeLessThanOrEqual(Number(result.data?.['uncertainMs']) + 1)
  })

  it('takes any status, allows for what a cache kept, and says when there is no Date', async () => {
    const cached = await serve((_, response) => {
      response.writeHead(404, { date: new Date(Date.now() - 3_600_000).toUTCString(), age: '3600' }).end()
    })
    expect((await askOnce(clockSkew({ source: cached }))).status).toBe('healthy')
    const dateless = await serve((_, response) => {
      response.sendDate = false
      response.end()
    })
    expect(await askOnce(clockSkew({ source: dateless }))).toMatchObject({
      code: 'PROTOCOL_ERROR',
      message: expect.stringMatching(
        /^127\.0\.0\.1:\d+ answered without a Date that can be read\. Ask another server\.$/,
      ),
    })
  })

  it('E3: detects whatever the way to the server does, and is back as soon as it is', async () => {
    await expectFaultsFound(
      {
        server: { host: '127.0.0.1', port: Number(new URL(right).port) },
        check: (port) => clockSkew({ source: `http://127.0.0.1:${port}` }),
      },
      OVER_HTTP,
    )
  })

  it('E12: sends the hop header, and keeps no connection', async () => {
    const seen: unknown[] = []
    const source = await serve((request, response) => {
      seen.push([request.method, request.headers['health-hop'], request.headers.connection])
      response.end()
    })
    await askOnce(clockSkew({ source }))
    expect(seen).toEqual([['HEAD', '1', 'close']])
  })

  it('refuses what cannot work', () => {
    for (const source of ['time.internal', 'ftp://a', '']) expect(() => clockSkew({ source })).toThrow(HealthSetupError)
    expect(() => clockSkew({ source: right, degraded: '2m', unhealthy: '1m' })).toThrow('must not be above')
  })
})

describe('judgeSkew', () => {
  it('counts only what is certain', () => {
    const limits = { degraded: 2_000, unhealthy: 60_000 }
    expect(judgeSkew({ aheadMs: -2_500, uncertainMs: 600 }, limits, 'a').status).toBe('healthy')
    expect(judgeSkew({ aheadMs: -2_700, uncertainMs: 600 }, limits, 'a')).toMatchObject({
      status: 'degraded',
      code: 'CLOCK_SKEWED',
      observed: { value: -2_700, unit: 'ms' },
      message:
        "This machine's clock is 2.7 s behind that of a (± 600 ms), limit 2 s. See whether its time service runs (timedatectl, chronyc tracking).",
    })
    expect(judgeSkew({ aheadMs: 61_000, uncertainMs: 5 }, limits, 'a').status).toBe('unhealthy')
  })
})

describe('read', () => {
  /** An answer of stratum 2 whose clock says `seconds` since 1900. */
  function answer(seconds: number, head = 0b00_100_100, stratum = 2): Buffer {
    const packet = Buffer.alloc(48)
    packet[0] = head
    packet[1] = stratum
    for (const at of [32, 40]) packet.writeUInt32BE(seconds % 2 ** 32, at)
    return packet
  }
  const SINCE_1900 = 2_208_988_800

  it('reads the time on both sides of the year 2036', () => {
    for (const iso of [
      '2026-11-22T00:00:00Z',
      '2036-02-07T06:28:15Z',
      '2036-02-07T06:28:17Z',
      '2050-01-01T00:00:00Z',
    ]) {
      const wall = Date.parse(iso)
      expect(read(answer(wall / 1_000 + SINCE_1900), wall + 50, 100)).toEqual({ aheadMs: 0, uncertainMs: 50 })
    }
  })

  it.each([
    ['no time server', answer(1, 0b00_100_011), 'answered, but not as a time server'],
    ['one that refuses', answer(1, 0b00_100_100, 0), 'refuses to be asked'],
    ['one that is not synchronised', answer(1, 0b11_100_100), 'its own clock is not synchronised'],
    ['one of stratum 16', answer(1, 0b00_100_100, 16), 'its own clock is not synchronised'],
  ])('refuses the answer of %s', (_, packet, message) => {
    expect(() => read(packet, 0, 0)).toThrow(message)
  })

  it('lives on where there is no way to the server, and says so', async () => {
    // Packets to everybody are refused before one is sent, unless they are asked for.
    const result = await askOnce(clockSkew({ source: 'ntp://255.255.255.255' }))
    expect(result).toMatchObject({
      status: 'unhealthy',
      code: expect.stringMatching(/^CONNECTION_FAILED$|^HOST_UNREACHABLE$/),
    })
  })

  it('S9: reads any bytes as a time or says why not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 48, maxLength: 60 }), (bytes) => {
        expect(outcome(Buffer.from(bytes))).toMatch(/^(time|NtpError)$/)
      }),
    )
  })
})

function outcome(packet: Buffer): string {
  try {
    const { aheadMs, uncertainMs } = read(packet, 0, 10)
    return Number.isFinite(aheadMs) && uncertainMs >= 0 ? 'time' : 'nothing'
  } catch (error) {
    return (error as Error).name
  }
}
