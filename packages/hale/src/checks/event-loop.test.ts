import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asker } from '../../../../test/harness/ask.ts'
import { defineCheck } from '../core/check.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { eventLoop, judgeLoop, p99Wait } from './event-loop.ts'

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

function block(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

/** The check with one interval behind it, in which the loop was blocked. */
function blocked(options: Parameters<typeof eventLoop>[0], blockMs: number) {
  const inner = eventLoop(options)
  return defineCheck({
    ...inner,
    async run(context) {
      await inner.run(context)
      await pause(30)
      block(blockMs)
      await pause(30)
      return await inner.run(context)
    },
  })
}

describe('eventLoop', () => {
  it.each(
    checkConformance({
      name: 'event-loop',
      healthy: () => blocked({ degraded: '60s', unhealthy: '60s' }, 0),
      broken: () => blocked({ degraded: '50ms', unhealthy: '60s' }, 200),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('is local; the first run starts measuring and judges nothing', async () => {
    const check = eventLoop({ degraded: 0, unhealthy: 0 })
    expect(check.scope).toBe('local')
    block(50)
    const ask = asker(check)
    expect((await ask()).value).toMatchObject({ status: 'healthy' })
    expect((await ask()).value).toMatchObject({ status: 'healthy' }) // no sample between the two
    await check.close?.()
  })

  it('measures each interval anew', async () => {
    const check = eventLoop({ degraded: '150ms', unhealthy: '60s' })
    const ask = asker(check)
    await ask()
    await pause(20)
    block(300)
    await pause(20)
    const slow = (await ask()).value
    expect(slow).toMatchObject({ status: 'degraded', code: 'THRESHOLD_EXCEEDED', observed: { unit: 'ms' } })
    expect(slow.observed?.value).toBeGreaterThan(250)
    await pause(100)
    expect(Number((await ask()).value.observed?.value)).toBeLessThan(Number(slow.observed?.value))
    await check.close?.()
  })

  it('does not let one long block hide among many short delays', async () => {
    const check = eventLoop({ degraded: '150ms', unhealthy: '60s' })
    const ask = asker(check)
    await ask()
    await pause(1_200)
    block(400)
    await pause(1_200)
    const { status, observed } = (await ask()).value
    expect(status).toBe('degraded')
    expect(observed?.value).toBeGreaterThan(300)
    await check.close?.()
  })

  const longest = (...delays: readonly number[]) => {
    const sorted = delays.toSorted((a, b) => b - a)
    return (rank: number) => sorted[rank - 1] ?? NaN
  }
  it.each([
    ['one block of three seconds in ten', [3_000, ...Array<number>(600).fill(1)], 10_000, 2_900],
    ['a block that is shorter than one hundredth', [90, ...Array<number>(900).fill(0)], 10_000, 0],
    ['tasks of 40 ms without a pause', Array<number>(200).fill(40), 10_000, 39.5],
    ['one sample', [200], 210, 197.9],
  ])('weighs each delay as long as it lasted: %s', (_what, delays, intervalMs, wait) => {
    expect(p99Wait(longest(...delays), delays.length, intervalMs)).toBeCloseTo(wait, 6)
  })

  it('is never above the exact answer, and near it', () => {
    const delays = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(delays, fc.integer({ min: 0, max: 100_000 }), (all, idleMs) => {
        const ofRank = longest(...all)
        const interval = all.reduce((sum, each) => sum + each + 10, idleMs)
        let [exact, sum] = [0, 0]
        for (let rank = 1; rank <= all.length; rank++) {
          sum += ofRank(rank)
          exact = Math.max(exact, (sum - interval / 100) / rank)
        }
        const wait = p99Wait(ofRank, all.length, interval)
        expect(wait).toBeLessThanOrEqual(exact + 1e-9)
        expect(wait).toBeGreaterThanOrEqual(Math.max(0, ofRank(1) - interval / 100))
      }),
    )
  })

  it('E15: measures no more after close', async () => {
    const check = eventLoop()
    const ask = asker(check)
    await ask()
    await check.close?.()
    await pause(30)
    expect((await ask()).value.observed).toBeUndefined()
    await check.close?.()
  })

  const delayMs = { degraded: 100, unhealthy: 500 }
  it.each([
    [99, 'healthy'],
    [101, 'degraded'],
    [501, 'unhealthy'],
  ])('reads a p99 of %s ms as %s', (p99, status) => {
    const busyPercent = { degraded: undefined, unhealthy: undefined }
    const result = judgeLoop(p99, 900, 1, { delayMs, busyPercent })
    expect(result).toMatchObject({ status, observed: { value: p99, unit: 'ms' } })
    expect(result.data).toEqual({ p99Ms: p99, maxMs: 900, utilisationPercent: 100 })
  })

  it.each([
    [0.8, 'healthy', { value: 50, unit: 'ms' }],
    [0.85, 'degraded', { value: 85, unit: '%' }],
    [0.99, 'unhealthy', { value: 99, unit: '%' }],
  ])('reads a loop that was busy for %s of the time as %s', (utilization, status, observed) => {
    const busyPercent = { degraded: 80, unhealthy: 95 }
    expect(judgeLoop(50, 60, utilization, { delayMs, busyPercent })).toMatchObject({ status, observed })
    // What is worse goes before it.
    expect(judgeLoop(501, 900, 0.85, { delayMs, busyPercent })).toMatchObject({
      status: 'unhealthy',
      observed: { unit: 'ms' },
    })
  })

  it('measures how busy the loop was in each interval', async () => {
    const check = eventLoop({ degraded: '60s', unhealthy: '60s', utilisationDegraded: '50%' })
    const ask = asker(check)
    const after = (work: number, rest: number) => async () => {
      await ask()
      block(work)
      await pause(rest)
      return (await ask()).value
    }
    await expect.poll(after(200, 15), { interval: 1, timeout: 10_000 }).toMatchObject({
      status: 'degraded',
      code: 'THRESHOLD_EXCEEDED',
      message: expect.stringMatching(
        /^The event loop was busy [\d.]+ % of the time, limit 50 %\. See what it works on/,
      ),
    })
    await expect.poll(after(0, 100), { interval: 1, timeout: 10_000 }).toMatchObject({ status: 'healthy' })
    await check.close?.()
  })

  it('refuses limits that are none or the wrong way round', () => {
    expect(() => eventLoop({ degraded: 'slow' })).toThrow(HealthSetupError)
    expect(() => eventLoop({ degraded: '2s', unhealthy: '1s' })).toThrow('must not be above')
    expect(() => eventLoop({ utilisationDegraded: '0.8' })).toThrow(/utilisationDegraded: "0.8" is not a share/)
  })
})
