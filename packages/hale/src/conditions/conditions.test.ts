import { describe, expect, it } from 'vitest'
import type { ConditionContext } from '../core/condition.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { readCpuUse } from '../checks/support/cpu-use.ts'
import { cpu } from './cpu.ts'
import { load } from './load.ts'
import { memory } from './memory.ts'
import { window } from './window.ts'

const at = (iso: string): ConditionContext => ({
  clock: createFakeClock({ wall: Date.parse(iso) }),
  status: () => 'healthy',
})
const now = at('2026-11-22T12:00:00Z')

describe('levels of this machine and process', () => {
  it.each([
    ['load', load({ below: 10_000 }), load({ above: 10_000 }), /^the load per core is [\d.]+/],
    ['memory', memory({ above: '0.001%' }), memory({ below: '1KB' }), /^the memory in use is [\d.]+ [MGT]B/],
    ['cpu', cpu({ below: '100%' }), cpu({ above: '100%' }), /^the CPU use of this process is [\d.]+ %/],
  ] as const)('%s', async (_, holding, failing, because) => {
    const [holds, fails] = [await holding.test(now), await failing.test(now)]
    expect([holds.holds, fails.holds]).toEqual([true, false])
    expect(holds.because).toMatch(because)
    expect(fails.because).toMatch(/, which is not (above|below) /)
  })

  it('cpu: sees a process that works and one that rests, from one look to the next', async () => {
    let used = { now: 5_000, usedMs: 0 }
    const busy = cpu({ above: '50%' }, { processors: 2, use: () => used })
    const after = async (ms: number, usedMs: number) => {
      used = { now: used.now + ms, usedMs: used.usedMs + usedMs }
      return (await busy.test(now)).because
    }
    expect(await after(0, 5_000)).toBe('the CPU use of this process is 50 %, which is not above 50 %')
    expect(await after(1_000, 1_900)).toBe('the CPU use of this process is 95 %')
    expect(await after(499, 0)).toBe('the CPU use of this process is 95 %')
    expect(await after(501, 200)).toBe('the CPU use of this process is 10 %, which is not above 50 %')
  })

  it('cpu: what this process uses is told by the system', () => {
    const before = readCpuUse()
    // However little of the machine this process is given, it uses some.
    while (readCpuUse().usedMs < before.usedMs + 20);
    expect(readCpuUse().now).toBeGreaterThan(before.now)
  })

  it('with both limits it must be between them', async () => {
    expect(await memory({ above: '1KB', below: '100%' }).test(now)).toMatchObject({ holds: true })
    expect(await memory({ above: '1KB', below: '2KB' }).test(now)).toMatchObject({ holds: false })
  })

  it('refuse what is no level', () => {
    expect(() => load({})).toThrow('when: say above or below which level the load per core must be')
    expect(() => load({ above: -1 })).toThrow('when.above: -1 is not a number above 0')
    expect(() => cpu({ above: '80' as never, below: 3 as never })).toThrow(/when\.above: "80".*\n.*when\.below: 3 /)
    expect(() => memory({ below: 'much' })).toThrow('"much" is neither a share such as "80%" nor bytes')
  })
})

describe('window', () => {
  const nightly = window({ cron: '0 2 * * *', for: '90m', timeZone: 'Europe/Berlin' })

  it.each([
    ['2026-07-01T23:59:59.999Z', false],
    ['2026-07-02T00:00:00.000Z', true],
    ['2026-07-02T01:29:59.999Z', true],
    ['2026-07-02T01:30:00.000Z', false],
    ['2026-12-02T00:30:00.000Z', false],
    ['2026-12-02T01:00:00.000Z', true],
    ['2026-12-02T02:30:00.000Z', false],
  ])('from two in Berlin for an hour and a half: at %s %s', async (iso, holds) => {
    expect((await nightly.test(at(iso))).holds).toBe(holds)
  })

  it('says when it closes, and when it does not hold why', async () => {
    expect(await nightly.test(at('2026-07-02T00:30:00Z'))).toEqual({
      holds: true,
      because: 'the window "0 2 * * *" is open',
      until: Date.parse('2026-07-02T01:30:00Z'),
    })
    expect((await nightly.test(at('2026-07-02T05:00:00Z'))).because).toBe(
      'the window "0 2 * * *" (Europe/Berlin) is not open',
    )
  })

  it('opens once in the night in which two o’clock does not exist, and in the one in which it comes twice', async () => {
    const openMinutes = async (from: string): Promise<number> => {
      let minutes = 0
      for (let i = 0; i < 24 * 60; i += 5) {
        const iso = new Date(Date.parse(from) + i * 60_000).toISOString()
        if ((await nightly.test(at(iso))).holds) minutes += 5
      }
      return minutes
    }
    expect(await openMinutes('2026-03-28T12:00:00Z')).toBe(90)
    expect(await openMinutes('2026-10-24T12:00:00Z')).toBe(90)
  })

  it('a window that opens again before it closes stays open', async () => {
    const often = window({ cron: '*/10 * * * *', for: '15m' })
    expect(await often.test(at('2026-07-02T00:12:00Z'))).toMatchObject({ until: Date.parse('2026-07-02T00:25:00Z') })
  })

  it('refuses what is no window, before anything is registered', () => {
    expect(() => window({ cron: 'nightly', for: 'long', timeZone: 'Mars/Base' })).toThrow(
      /window\.cron: "nightly".*\n.*window\.for: "long".*\n.*window\.timeZone: there is no time zone Mars\/Base/,
    )
    expect(() => window({ cron: '99 2 * * *', for: '1h' })).toThrow(/window\.cron: "99 2 \* \* \*" is not .*: .*99/)
  })
})
