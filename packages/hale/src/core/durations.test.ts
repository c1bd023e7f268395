import { describe, expect, it } from 'vitest'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { haleFormat } from '../formats/hale.ts'
import { haleReader } from '../formats/readers/hale.ts'
import { defineCheck } from './check.ts'
import { createHealth } from './create-health.ts'
import { Durations } from './durations.ts'
import { healthy } from './result.ts'

describe('Durations', () => {
  it('tells p50 and p95 of the last 32 runs', () => {
    const durations = new Durations()
    for (let ms = 1; ms <= 20; ms++) durations.add(ms)
    expect(durations.figures()).toEqual({ p50Ms: 10, p95Ms: 19 })
    for (let i = 0; i < 32; i++) durations.add(7)
    expect(durations.figures()).toEqual({ p50Ms: 7, p95Ms: 7 })
  })

  it('knows what is usual after three times 32 runs, and one bad time does not change it', () => {
    const durations = new Durations()
    for (const ms of [10, 5_000, 12]) {
      expect(durations.figures()).not.toHaveProperty('usualMs')
      for (let i = 0; i < 32; i++) durations.add(ms)
    }
    expect(durations.figures().usualMs).toBe(12)
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
    expect(checks['slow']).toMatchObject({ durationMs: 20, durations: { p50Ms: 20, p95Ms: 20 } })
    expect(checks['local']).not.toHaveProperty('durations')
    expect((await health.check('slow')).durations).toEqual({ p50Ms: 20, p95Ms: 20 })
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
