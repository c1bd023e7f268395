import { describe, expect, it } from 'vitest'
import { asker } from '../../../../test/harness/ask.ts'
import { defineCheck } from '../core/check.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { eventLoop, judgeLoop } from './event-loop.ts'

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
