import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asker, IN_TIME_MS } from '../../../../test/harness/ask.ts'
import { BEDS } from '../../test/subjects/all.ts'
import type { Bed } from '../../test/subjects/subject.ts'
import type { FaultMode } from '../testing/fault-mode.ts'
import { openFaultProxy } from '../testing/fault-proxy.ts'

/** All that TCP can suffer, on connections that were used before where it matters. */
const COURSE: readonly FaultMode[] = ['pass', 'refuse', 'reset', 'pass', 'blackhole', 'pass', 'half-close', 'garbage']
/** Runs may be answered or not: what is looked at is what they leave behind. */
const TIMEOUT_MS = 250
/** The driver of MongoDB has two besides that of the questions. */
const MOST_KEPT = 3
const GENEROUS = { timeout: 3 * IN_TIME_MS }

/** What would end the process, or warn of a leak. */
const alarms: unknown[] = []
const alarm = (event: unknown): unknown => alarms.push(event)
beforeAll(() => {
  for (const event of ['unhandledRejection', 'uncaughtException', 'warning']) process.on(event, alarm)
})
afterAll(() => {
  for (const event of ['unhandledRejection', 'uncaughtException', 'warning']) process.off(event, alarm)
})

const sockets = (): number => process.getActiveResourcesInfo().filter((each) => each === 'TCPSocketWrap').length

/** Those that connect by themselves: a client of the app's own is the app's to end. */
const keepers = ({ subjects, protocol }: Bed) =>
  protocol === 'udp' ? [] : subjects.filter((each) => each.client === 'url')

describe('a check that connects by itself', () => {
  it.each(Object.entries(BEDS))('E12, E15: leaves nothing behind of all that can happen to it: %s', async (_, open) => {
    await using bed = await open()
    for (const subject of keepers(bed)) {
      await using proxy = await openFaultProxy({ target: bed.server })
      const before = sockets()
      const { check } = await subject.open(proxy.port)
      const ask = asker(check, TIMEOUT_MS)
      for (const mode of COURSE) {
        await proxy.set(mode)
        await ask()
      }
      await proxy.set('pass')
      await expect.poll(async () => (await asker(check, IN_TIME_MS)()).value.status, GENEROUS).toBe('healthy')
      await expect.poll(() => proxy.open, GENEROUS).toBeLessThanOrEqual(MOST_KEPT)
      // Closed while a run hangs, on a connection that has been used before; and once more.
      await proxy.set('blackhole')
      const hanging = ask()
      await check.close?.()
      await check.close?.()
      await hanging
      await proxy.set('pass')
      await expect.poll(() => [subject.check, proxy.open], GENEROUS).toEqual([subject.check, 0])
      await expect.poll(sockets, GENEROUS).toBeLessThanOrEqual(before)
    }
    expect(alarms).toEqual([])
  })
})
