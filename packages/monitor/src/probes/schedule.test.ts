import { createFakeClock, type FakeClock } from 'hale/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aTarget, anOutcome } from '../../test/builders.ts'
import type { ProbeReport } from '../evaluate/news.ts'
import type { TargetSpec } from '../model.ts'
import type { ProbeContext, Prober } from './prober.ts'
import { createSchedule, type Schedule } from './schedule.ts'

/** Probes start on multiples of this. */
const GRAIN_MS = 10

interface Start {
  readonly id: string
  readonly at: number
  readonly fresh: boolean
}

/** A prober whose probes take as long as the test says, and which writes down when they start. */
function createScriptedProber(clock: FakeClock, tookMs: (id: string) => number, heedsAbort = true) {
  const starts: Start[] = []
  const live = new Map<string, number>()
  const forgotten: string[] = []
  let mostAtOnce = 0
  let mostOfOne = 0
  const prober: Prober = {
    probe({ id }, { fresh, signal }: ProbeContext) {
      starts.push({ id, at: clock.now(), fresh })
      live.set(id, (live.get(id) ?? 0) + 1)
      mostOfOne = Math.max(mostOfOne, live.get(id) ?? 0)
      mostAtOnce = Math.max(
        mostAtOnce,
        [...live.values()].reduce((a, b) => a + b, 0),
      )
      return new Promise((resolve) => {
        const end = (): void => {
          timer.cancel()
          live.set(id, (live.get(id) ?? 0) - 1)
          resolve(anOutcome({}))
        }
        const timer = clock.after(tookMs(id), end)
        if (heedsAbort) signal.addEventListener('abort', end)
      })
    },
    forget: (id) => void forgotten.push(id),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  return {
    probers: { health: prober, http: prober, tcp: prober },
    starts,
    forgotten,
    of: (id: string) => starts.filter((start) => start.id === id).map(({ at }) => at),
    get mostAtOnce() {
      return mostAtOnce
    },
    get mostOfOne() {
      return mostOfOne
    },
  }
}

function setUp(options: { tookMs?: (id: string) => number; concurrency?: number; heedsAbort?: boolean } = {}) {
  const clock = createFakeClock()
  const script = createScriptedProber(clock, options.tookMs ?? (() => 5), options.heedsAbort)
  const reports: ProbeReport[] = []
  const schedule: Schedule = createSchedule({
    clock,
    probers: script.probers,
    onReport: (report) => void reports.push(report),
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
  })
  return { clock, script, reports, schedule }
}

const targets = (count: number, everyMs: number, timeoutMs = 500): TargetSpec[] =>
  Array.from({ length: count }, (_, n) => aTarget({ id: `target-${n}`, policy: { everyMs, timeoutMs } }))

describe('createSchedule', () => {
  it('M2: every target starts once an interval, never two at once, whatever the probes take', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ everyMs: fc.integer({ min: 1_000, max: 9_000 }), tookMs: fc.integer({ min: 0, max: 450 }) }),
          {
            minLength: 1,
            maxLength: 12,
          },
        ),
        fc.integer({ min: 12, max: 40 }),
        async (policies, seconds) => {
          const specs = policies.map(({ everyMs }, n) =>
            aTarget({ id: `t${n}`, policy: { everyMs, timeoutMs: 1_000 } }),
          )
          const { clock, schedule, script, reports } = setUp({
            tookMs: (id) => policies[Number(id.slice(1))]?.tookMs ?? 0,
          })
          schedule.update(specs)
          await clock.advance(seconds * 1_000)
          for (const [n, { everyMs }] of policies.entries()) {
            const starts = script.of(`t${n}`)
            const fair = Math.floor((seconds * 1_000) / everyMs)
            // The first look may come on top of the regular slots.
            expect(starts.length).toBeGreaterThanOrEqual(fair - 1)
            expect(starts.length).toBeLessThanOrEqual(fair + 2)
            expect(starts[0]).toBeLessThanOrEqual(Math.min(everyMs, 2_000) + GRAIN_MS)
            const gaps = starts.slice(1).map((at, k) => at - (starts[k] ?? 0))
            expect(gaps[0] ?? everyMs).toBeGreaterThanOrEqual(everyMs / 2 - GRAIN_MS)
            expect(gaps[0] ?? everyMs).toBeLessThanOrEqual(everyMs * 1.5 + GRAIN_MS)
            for (const gap of gaps.slice(1)) expect(Math.abs(gap - everyMs)).toBeLessThanOrEqual(GRAIN_MS)
          }
          expect(script.mostOfOne).toBe(1)
          expect(schedule.stats.skipped).toBe(0)
          expect(reports.length).toBeGreaterThanOrEqual(script.starts.length - specs.length)
          schedule.close()
          expect(clock.timers).toBe(0)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('M2: the starts of many targets are spread over the interval, at first and later on', async () => {
    const { clock, schedule, script } = setUp()
    schedule.update(targets(500, 10_000))
    await clock.advance('30s')
    const perSlice = (from: number, to: number, sliceMs: number): number[] => {
      const slices = Array.from({ length: (to - from) / sliceMs }, () => 0)
      for (const { at } of script.starts) {
        if (at >= from && at < to) slices[Math.floor((at - from) / sliceMs)]!++
      }
      return slices
    }
    expect(script.starts.filter(({ at }) => at <= 2_000 + GRAIN_MS).length).toBeGreaterThanOrEqual(500)
    for (const started of perSlice(0, 2_000, 200)) expect(started).toBeLessThan(100)
    const later = perSlice(20_000, 30_000, 1_000)
    expect(later.reduce((a, b) => a + b)).toBe(500)
    for (const started of later) expect(started).toBeGreaterThan(20)
    for (const started of later) expect(started).toBeLessThan(90)
  })

  it('is fresh at first and every freshEvery-th time, not all targets at once', async () => {
    const { clock, schedule, script } = setUp()
    schedule.update(targets(100, 1_000))
    await clock.advance('41s')
    const fresh = script.starts.filter((start) => start.fresh)
    for (let n = 0; n < 100; n++) {
      const own = script.starts.filter(({ id }) => id === `target-${n}`)
      expect(own[0]?.fresh).toBe(true)
      expect(own.slice(1, 11).filter((start) => start.fresh)).toHaveLength(1)
    }
    const perSecond = Array.from({ length: 30 }, (_, k) => fresh.filter(({ at }) => Math.floor(at / 1_000) === k + 10))
    for (const { length } of perSecond) expect(length).toBeLessThan(30)
  })

  it('runs no more than concurrency at once, first come first served, and shows the backlog', async () => {
    const { clock, schedule, script, reports } = setUp({ concurrency: 3, tookMs: () => 400 })
    schedule.update(targets(30, 2_000))
    await clock.advance('1s')
    expect(schedule.stats).toMatchObject({ running: 3, targets: 30 })
    expect(schedule.stats.queued).toBeGreaterThan(0)
    await clock.advance('60s')
    expect(script.mostAtOnce).toBe(3)
    expect(schedule.stats.skipped).toBeGreaterThan(0)
    expect(schedule.stats.lagMs).toBeGreaterThan(400)
    // Waiting does not count against the timeout of 500 ms.
    expect(reports.every(({ outcome }) => outcome.result.status === 'healthy')).toBe(true)
    const counts = targets(30, 2_000).map(({ id }) => script.of(id).length)
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(2)
  })

  it('E1: a probe that ignores its signal is answered on time, and no second one starts', async () => {
    const { clock, schedule, script, reports } = setUp({ tookMs: () => 3_600_000, heedsAbort: false })
    schedule.update(targets(1, 2_000, 1_000))
    await clock.advance('20s')
    expect(script.starts).toHaveLength(1)
    expect(reports.length).toBeGreaterThanOrEqual(9)
    expect(reports[0]?.outcome.result).toMatchObject({ code: 'TIMEOUT' })
    expect(reports[3]?.outcome.result.message).toContain('earlier probe still hangs')
    expect((reports[0]?.at.now ?? 0) - (script.starts[0]?.at ?? 0)).toBe(1_000)
  })

  it('M2: what was missed while the process stood still is skipped, not made up for', async () => {
    const clock = createFakeClock()
    const script = createScriptedProber(clock, () => 5)
    let stoodStillMs = 0
    const schedule = createSchedule({
      clock: { ...clock, now: () => clock.now() + stoodStillMs },
      probers: script.probers,
      onReport: () => {},
    })
    schedule.update(targets(1, 1_000))
    await clock.advance('10s')
    const before = script.starts.length
    stoodStillMs = 30_000
    await clock.advance('10s')
    expect(Math.abs(script.starts.length - before - 10)).toBeLessThanOrEqual(1)
    expect(schedule.stats.skipped).toBeGreaterThanOrEqual(29)
    expect(script.mostOfOne).toBe(1)
  })

  it('probes on request, fresh, and shares a probe that is under way', async () => {
    const { clock, schedule, script, reports } = setUp({ tookMs: () => 100 })
    schedule.update(targets(1, 60_000, 1_000))
    await clock.advance('3s')
    expect(script.starts).toHaveLength(1)
    const [one, two] = [schedule.probeNow('target-0'), schedule.probeNow('target-0')]
    await clock.advance(150)
    expect(script.starts).toHaveLength(2)
    expect(script.starts[1]?.fresh).toBe(true)
    expect(await one).toBe(await two)
    expect(reports[1]).toBe(await one)
    expect(await schedule.probeNow('nobody')).toBeUndefined()
  })

  it('forgets a target that went, drops its late report, and starts a changed one anew', async () => {
    const { clock, schedule, script, reports } = setUp({ tookMs: () => 400 })
    const [first, second] = targets(2, 1_000) as [TargetSpec, TargetSpec]
    schedule.update([first, second])
    await clock.advance('5s')
    const waiting = schedule.probeNow(first.id)
    await clock.flush()
    const before = reports.length
    schedule.update([{ ...second, address: 'http://127.0.0.1:9/other' }])
    expect(script.forgotten).toEqual([first.id, second.id])
    expect(await waiting).toBeUndefined()
    await clock.advance('5s')
    expect(reports.slice(before).every(({ targetId }) => targetId === second.id)).toBe(true)
    expect(reports.length).toBeGreaterThan(before)
    schedule.update([{ ...second, address: 'http://127.0.0.1:9/other' }])
    expect(script.forgotten).toHaveLength(2)
    schedule.close()
    const after = reports.length
    await clock.advance('5s')
    expect(reports).toHaveLength(after)
    expect(clock.timers).toBe(0)
  })
})
