import { BEATS, overview, targetDelta, type Overview } from '@hale/contract'
import fc from 'fast-check'
import { createFakeClock } from 'hale/testing'
import { describe, expect, it } from 'vitest'
import { MOST_BEATS, reduce, type Picture } from '../../packages/dashboard/src/live/picture.ts'
import { openPicture } from '../../packages/monitor/src/live/picture.ts'
import { aTarget } from '../../packages/monitor/test/builders.ts'
import { createScriptedSource } from '../../packages/monitor/test/scripted-source.ts'

const WALL = Date.UTC(2026, 10, 22, 23, 40)
const IDS = ['payments', 'orders', 'legacy']
const NO_PAST = { lastSamples: () => Promise.resolve(new Map()), intervals: () => Promise.resolve([]) }

const anOutcome = fc.record({
  result: fc.record({
    status: fc.constantFrom('healthy', 'degraded', 'unhealthy', 'maintenance'),
    code: fc.constantFrom('TIMEOUT', 'SLOW'),
  }),
  durationMs: fc.double({ min: 0, max: 5_000, noNaN: true }),
})
const aStep = fc.oneof(
  { weight: 6, arbitrary: fc.dictionary(fc.constantFrom(...IDS), anOutcome).map((probe) => ({ probe })) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 1_500 }).map((ms) => ({ ms })) },
  { weight: 1, arbitrary: fc.integer({ min: 10_000, max: 900_000 }).map((ms) => ({ ms })) },
  { weight: 1, arbitrary: fc.constant({ open: true } as const) },
)

describe('what the stream tells', () => {
  it('is all that a page needs: applied to any overview, it gives the same as the next overview', async () => {
    expect(MOST_BEATS).toBe(BEATS)
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { maxLength: 120 }), async (steps) => {
        const clock = createFakeClock({ wall: WALL })
        const specs = IDS.map((id) => aTarget({ id, policy: { failureThreshold: 2 } }))
        const source = createScriptedSource(specs, WALL)
        using picture = await openPicture({
          source,
          history: NO_PAST,
          shards: [],
          version: '1',
          clock,
          timeZone: 'UTC',
        })
        const toPage = (): Picture | undefined =>
          reduce(undefined, { name: 'overview', data: overview.parse(picture.overview()) })
        const pages = [toPage()]
        picture.subscribe((change) => {
          const data = { now: clock.wall(), ...picture.verdict(), targets: targetDelta.array().parse(change.targets) }
          const whole = { name: 'overview', data: picture.overview() } as const
          for (const [place, page] of pages.entries())
            pages[place] = reduce(page, change.whole ? whole : { name: 'targets', data })
        })
        for (const step of [...steps, { probe: Object.fromEntries(IDS.map((id) => [id, {}])) }, { ms: 1_000 }]) {
          if ('open' in step) pages.push(toPage())
          else if ('ms' in step) await clock.advance(step.ms)
          else source.probe(clock.wall(), step.probe)
        }
        const now = picture.overview()
        for (const page of pages) {
          const shown = [...(page?.targets.values() ?? [])]
          expect(shown.map(withoutUptime)).toEqual(now.targets.map(withoutUptime))
          // Uptime is told now and then, so it may be a little older.
          for (const [place, { uptime }] of shown.entries())
            expect(Math.abs(uptime.to - (now.targets[place]?.uptime.to ?? 0))).toBeLessThanOrEqual(32_000)
        }
      }),
      { numRuns: 200 },
    )
  }, 120_000)
})

function withoutUptime(target: Overview['targets'][number]) {
  return { ...target, uptime: undefined }
}
