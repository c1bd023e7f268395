import { describe, expect, it } from 'vitest'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { haleFormat } from '../formats/hale.ts'
import { haleReader } from '../formats/readers/hale.ts'
import { defineCheck } from './check.ts'
import { createHealth } from './create-health.ts'
import { Durations } from './durations.ts'
import { healthy } from './result.ts'

const MINUTE = 60_000

/** Runs every 10 s for so many minutes, each taking `ms`. */
function run(durations: Durations, fromMinute: number, minutes: number, ms: number): void {
  for (let i = 0; i < minutes * 6; i++) durations.add(fromMinute * MINUTE + i * 10_000, ms)
}

describe('Durations', () => {
  it('tells p50 and p95 of the last five minutes, to 1.1 %', () => {
    const durations = new Durations(1_000)
    for (let ms = 1; ms <= 100; ms++) durations.add(ms, ms)
    const { p50Ms = 0, p95Ms = 0 } = durations.figures(MINUTE) ?? {}
    expect([Math.abs(p50Ms / 50 - 1), Math.abs(p95Ms / 95 - 1)].every((off) => off <= 0.011)).toBe(true)
    run(durations, 1, 5, 7)
    expect(durations.figures(6 * MINUTE - 1)?.p95Ms).toBeCloseTo(7, 0)
    expect(durations.figures(12 * MINUTE)).toBeUndefined()
  })

  it('looks back on thirty runs of a check that seldom runs', () => {
    const durations = new Durations(10 * MINUTE)
    for (let i = 0; i < 20; i++) durations.add(i * 10 * MINUTE, i < 19 ? 5 : 80)
    expect(durations.figures(200 * MINUTE)?.p50Ms).toBeCloseTo(5, 0)
  })

  it('knows what is usual after three windows, and one bad time does not change it', () => {
    const durations = new Durations(10_000)
    for (const [index, ms] of [10, 5_000, 12].entries()) {
      expect(durations.figures(index * 5 * MINUTE)?.usualMs).toBeUndefined()
      run(durations, index * 5, 5, ms)
    }
    durations.add(15 * MINUTE, 11)
    expect(durations.figures(15 * MINUTE)?.usualMs).toBeCloseTo(12, 0)
  })

  it('passes over a duration that is none', () => {
    const durations = new Durations(1_000)
    for (const ms of [Number.NaN, -1]) durations.add(0, ms)
    expect(durations.figures(0)).toBeUndefined()
  })
})

describe('a check in a registry', () => {
  it('shows the durations of its own runs when detail is asked for, the first left out', async () => {
    const clock = createFakeClock()
    let ms = 900
    const slow = defineCheck({
      kind: 'slow',
      run: ({ clock }) => new Promise((resolve) => clock.after(ms, () => resolve(healthy()))),
    })
    const local = defineCheck({ kind: 'local', scope: 'local', run: () => healthy() })
    await using health = createHealth({ clock, random: () => 0, checks: { slow, local } })
    await clock.advance('5s')
    expect(health.view('all').report({ detail: true }).checks['slow']).not.toHaveProperty('durations')
    ms = 20
    await clock.advance('60s')
    const { checks } = health.view('all').report({ detail: true })
    const about20 = { p50Ms: expect.closeTo(20, 0), p95Ms: expect.closeTo(20, 0) }
    expect(checks['slow']).toMatchObject({ durationMs: 20, durations: about20 })
    expect(checks['local']).not.toHaveProperty('durations')
    expect((await health.check('slow')).durations).toEqual(about20)
    expect(health.view('all').report().checks['slow']).not.toHaveProperty('durations')
  })

  it('shows them in a document, and reads them back', async () => {
    await using health = createHealth({ mode: 'on-request', checks: { a: scriptedCheck(['healthy']) } })
    const report = await health.report()
    const durations = { p50Ms: 1.23456, p95Ms: 20, usualMs: 4 }
    const text = haleFormat.write({ ...report, checks: { a: { ...report.checks.a, durations } } }, { detail: true })
    const read = haleReader.read({ json: JSON.parse(text), text }, { left: 100 })
    expect(read?.report.checks['a']?.durations).toEqual({ ...durations, p50Ms: 1.235 })
  })
})
