import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { asker } from '../../../../test/harness/ask.ts'
import { defineCheck } from '../core/check.ts'
import { HealthSetupError } from '../core/misuse.ts'
import { checkConformance } from '../testing/check-conformance.ts'
import { gcPause, judgePauses, type GcPauseOptions } from './gc-pause.ts'
import { addPause, NO_PAUSES } from './support/pauses.ts'

setFlagsFromString('--expose-gc')
const runGc = runInNewContext('gc') as () => void

/** Collects, and lets Node tell of it, which it does in the next turn of the event loop. */
async function collect(): Promise<void> {
  runGc()
  await new Promise((resolve) => setImmediate(resolve))
}

/** The check with a collection behind it. */
function collected(options: GcPauseOptions) {
  const inner = gcPause(options)
  return defineCheck({
    ...inner,
    async run(context) {
      await inner.run(context)
      await collect()
      return await inner.run(context)
    },
  })
}

describe('gcPause', () => {
  it.each(
    checkConformance({
      name: 'gc-pause',
      healthy: () => gcPause({ degraded: '60s' }),
      broken: () => collected({ degraded: 0 }),
    }),
  )('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })

  it('measures each interval anew, from the first run on', async () => {
    const check = gcPause()
    expect(check).toMatchObject({ kind: 'gc-pause', scope: 'local' })
    const ask = asker(check)
    await collect()
    expect((await ask()).value.observed).toBeUndefined()
    for (let i = 0; i < 3; i++) await collect()
    const some = (await ask()).value
    expect(Number(some.data?.['pauses'])).toBeGreaterThanOrEqual(3)
    expect(Number(some.observed?.value)).toBeGreaterThan(0)
    expect(Number((await ask()).value.data?.['pauses'])).toBeLessThan(3)
    await check.close?.()
  })

  it('E15: measures no more after close', async () => {
    const check = gcPause()
    const ask = asker(check)
    await ask()
    await check.close?.()
    await collect()
    expect((await ask()).value.observed).toBeUndefined()
    await check.close?.()
  })

  it('judges the longest pause, and says what share of the time all took', () => {
    const limits = { degraded: 200, unhealthy: 1_000 }
    expect(judgePauses(NO_PAUSES, 10_000, limits)).toMatchObject({
      status: 'healthy',
      observed: { value: 0, unit: 'ms' },
    })
    expect(judgePauses([50, 300, 150].reduce(addPause, NO_PAUSES), 10_000, limits)).toMatchObject({
      status: 'degraded',
      code: 'THRESHOLD_EXCEEDED',
      message: expect.stringContaining('paused 3 times, at most 300 ms, 5 % of the time, limit 200 ms.'),
      data: { pauses: 3, timePercent: 5 },
    })
    expect(judgePauses(addPause(NO_PAUSES, 1_001), 10_000, limits).status).toBe('unhealthy')
  })

  it('refuses limits that are none', () => {
    expect(() => gcPause({ degraded: 'long' })).toThrow(HealthSetupError)
  })
})
