import { expect } from 'vitest'
import type { Check } from '../../packages/hale/src/core/check.ts'
import { openFaultProxy } from '../../packages/hale/src/testing/fault-proxy.ts'
import { asker } from './ask.ts'
import { meetFaults, type FaultCodes, type MeetFaults } from './meet-faults.ts'
import type { RealServer } from './server.ts'

/** E12: a check that is asked over and over keeps one connection, and gives it back when it is closed. */
export async function expectOneConnection(
  server: MeetFaults['server'],
  make: (port: number) => Check,
  most = 1,
): Promise<void> {
  await using proxy = await openFaultProxy({ target: server })
  const check = make(proxy.port)
  const ask = asker(check)
  for (let run = 0; run < 5; run++) expect((await ask()).value.status).toBe('healthy')
  expect(proxy.taken).toBeLessThanOrEqual(most)
  await check.close?.()
  await expect.poll(() => proxy.open).toBe(0)
}

/** E12: a check keeps one connection, has another one when that broke, and none in the end. */
export async function expectConnectionReplaced(
  server: MeetFaults['server'],
  make: (port: number) => Check,
): Promise<void> {
  await using proxy = await openFaultProxy({ target: server })
  const check = make(proxy.port)
  const ask = asker(check, 5_000)
  const now = async () => (await ask()).value
  for (let run = 0; run < 5; run++) expect(await now()).toMatchObject({ status: 'healthy' })
  expect(proxy.taken).toBe(1)
  await proxy.set('reset')
  expect((await now()).code).toMatch(/^CONNECTION_/)
  await proxy.set('pass')
  await expect.poll(now).toMatchObject({ status: 'healthy' })
  await expect.poll(() => proxy.open).toBe(1)
  await check.close?.()
  await expect.poll(() => proxy.open).toBe(0)
}

/** E3: a check is answered in time while its server is stopped in its tracks, and well again when that goes on. */
export async function expectAnswerWhileStopped(server: RealServer, check: Check, timeoutMs = 300): Promise<void> {
  const ask = asker(check, timeoutMs)
  // A late answer to a question of before would answer the next one.
  await expect.poll(async () => (await ask()).value.status).toBe('healthy')
  {
    using _ = await server.pause()
    expect((await ask()).value).toMatchObject({ status: 'unhealthy', code: 'TIMEOUT' })
  }
  await expect.poll(async () => (await ask()).value.status).toBe('healthy')
  await check.close?.()
}

/** E3: {@link meetFaults} with every fault detected, and those that answer nothing by their timeout. */
export async function expectFaultsFound(options: MeetFaults, codes: FaultCodes = {}): Promise<void> {
  const expected = {
    'black hole': 'TIMEOUT',
    ...(options.faults === undefined ? { slow: 'TIMEOUT' } : {}),
    ...codes,
  }
  const found = await meetFaults(options, expected)
  expect(Object.values(found)).not.toContain('not detected')
  expect(found).toMatchObject(expected)
}

/** What a check over HTTP, or one that talks over a socket of its own, makes of each fault. */
export const TOLD_APART: FaultCodes = {
  refuse: expect.stringMatching(/^CONNECTION_RE/),
  reset: 'CONNECTION_RESET',
  garbage: 'PROTOCOL_ERROR',
  'half close': 'CONNECTION_RESET',
}

/** What a check through an app's client makes of a connection that breaks. */
export const CONNECTION_LOST: FaultCodes = {
  refuse: expect.stringMatching(/^CONNECTION_/),
  reset: expect.stringMatching(/^CONNECTION_/),
  'half close': expect.stringMatching(/^CONNECTION_/),
}

/** The same over HTTP or a protocol above it, where what came before the end may be no answer. */
export const OVER_HTTP: FaultCodes = {
  ...TOLD_APART,
  'half close': expect.stringMatching(/^(?:CONNECTION_RESET|PROTOCOL_ERROR)$/),
}

/** The same check; what is the app's own ends with it. */
export function endingWith(check: Check, end: () => unknown): Check {
  return {
    ...check,
    async close() {
      await check.close?.()
      await end()
    },
  }
}
