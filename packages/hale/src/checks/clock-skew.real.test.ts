import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { askOnce } from '../../../../test/harness/ask.ts'
import { startChrony } from '../../../../test/harness/chrony.ts'
import { meetFaults } from '../../../../test/harness/meet-faults.ts'
import { defineCheck, type DependencyCheck } from '../core/check.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { clockSkew, type ClockSkewOptions } from './clock-skew.ts'

/** As on a machine whose clock is `ms` ahead. */
function ahead(ms: number, options: ClockSkewOptions): DependencyCheck {
  const check = clockSkew(options)
  return defineCheck({
    kind: check.kind,
    run({ clock, name, signal, timeoutMs }) {
      return check.run({ name, signal, timeoutMs, clock: { ...clock, wall: () => clock.wall() + ms } })
    },
  })
}

describe('clockSkew by a real chronyd', async () => {
  const server = await startChrony()
  const source = server.url

  it.each(
    checkConformance({
      name: 'clock-skew over NTP',
      healthy: () => clockSkew({ source }),
      broken: () => ahead(-61_000, { source }),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it.each([0, -300_000, 5_000, 90_000])('finds that this machine is %s ms ahead', async (ms) => {
    const find = async (): Promise<number> => {
      const { data, observed } = await askOnce(ahead(ms, { source }))
      // The same clock on both ends: what is left is the way, and chronyd is told how far it may be off.
      const uncertainMs = Number(data?.['uncertainMs'])
      expect(Math.abs(Number(observed?.value) - ms)).toBeLessThanOrEqual(uncertainMs + 1)
      return uncertainMs
    }
    // The way is longer when the machine stands still meanwhile.
    await expect.poll(find).toBeLessThan(900)
  })

  it('refuses the time of one that is not synchronised itself', async () => {
    await using lost = await startChrony({ synchronised: false })
    expect(await askOnce(clockSkew({ source: lost.url }))).toMatchObject({
      status: 'unhealthy',
      code: 'PROTOCOL_ERROR',
      message: expect.stringContaining('says that its own clock is not synchronised'),
    })
  })

  it('E3: detects whatever the way to it does to packets, and is back as soon as it is', async () => {
    const codes = {
      refuse: 'CONNECTION_REFUSED',
      'black hole': 'TIMEOUT',
      garbage: 'TIMEOUT', // anybody can send that: it goes on waiting for the answer
      slow: 'TIMEOUT',
    }
    const check = (port: number) => clockSkew({ source: `ntp://127.0.0.1:${port}` })
    expect(await meetFaults({ server, over: 'udp', check }, codes)).toEqual(codes)
  })

  it('says so when it is silent, and when nothing is there', async () => {
    await using other = await startChrony()
    const check = () => clockSkew({ source: other.url })
    using _ = await other.pause()
    expect(await askOnce(check(), 300)).toMatchObject({
      status: 'unhealthy',
      code: 'TIMEOUT',
      message: expect.stringContaining('See whether a firewall drops the packets.'),
    })
    await other.stop()
    expect(await askOnce(check())).toMatchObject({ status: 'unhealthy', code: 'CONNECTION_REFUSED' })
  })

  it('is not taken in by an answer to another question', async () => {
    const forger = createSocket('udp4')
    forger.bind(0, '127.0.0.1')
    await once(forger, 'listening')
    forger.on('message', (packet, { address, port }) => {
      const answer = Buffer.alloc(48, 1)
      answer[0] = 0b00_100_100
      forger.send(answer, port, address) // with a wrong time, and not what was sent
      forger.send(packet.subarray(0, 20), port, address)
    })
    expect(await askOnce(clockSkew({ source: `ntp://127.0.0.1:${forger.address().port}` }), 300)).toMatchObject({
      code: 'TIMEOUT',
    })
    forger.close()
  })
})
