import { describe, expect, it } from 'vitest'
import { setUp } from '../../test/set-up-health.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { defineCheck } from './check.ts'
import { degraded, healthy } from './result.ts'

describe('the report', () => {
  it('is told line by line too, or without its lines, and says the same', async () => {
    const { clock, health } = setUp({
      checks: { a: scriptedCheck(['unhealthy']), b: { check: scriptedCheck(['healthy']), probes: [] } },
    })
    await clock.advance('1s')
    health.maintenance({ check: 'a', for: '5m' })
    for (const selection of ['all', 'ready', { check: 'b' }] as const) {
      const view = health.view(selection)
      const { checks, ...whole } = view.report()
      expect(Object.fromEntries(view.lines())).toEqual(checks)
      expect(view.report({ lines: false })).toEqual({ ...whole, checks: {} })
    }
    expect(Object.keys(health.view('ready').report().checks)).toEqual(['a'])
    expect(Object.keys(health.view({ check: 'b' }).report().checks)).toEqual(['b'])
  })

  it('takes its lines as they stand then, with checks that were added meanwhile left for the next', async () => {
    const { clock, health } = setUp({ checks: { a: scriptedCheck(['healthy']), b: scriptedCheck(['unhealthy']) } })
    const lines = health.view('all').lines()[Symbol.iterator]()
    expect(lines.next().value).toMatchObject(['a', { status: 'unknown' }])
    health.register('c', () => healthy())
    await clock.advance('1s')
    expect([...{ [Symbol.iterator]: () => lines }]).toMatchObject([['b', { status: 'unhealthy' }]])
  })

  it('says of each check what it rests on', async () => {
    const { clock, health } = setUp({
      service: { name: 'orders', version: '1.4.2' },
      checks: {
        disk: {
          check: defineCheck({
            kind: 'disk',
            scope: 'local',
            run: () => ({ ...degraded('THRESHOLD_EXCEEDED', '12 % free'), observed: { value: 12, unit: '%' } }),
          }),
          tags: ['host'],
          runbook: 'https://wiki.example/disk',
        },
      },
    })
    await health.report()
    await clock.advance('3s')
    const at = Date.UTC(2026, 0, 1)
    expect(await health.report()).toEqual({
      status: 'degraded',
      service: { name: 'orders', version: '1.4.2' },
      at: at + 3_000,
      checks: {
        disk: {
          status: 'degraded',
          kind: 'disk',
          code: 'THRESHOLD_EXCEEDED',
          message: '12 % free',
          observed: { value: 12, unit: '%' },
          since: at,
          checkedAt: at,
          ageMs: 3_000,
          durationMs: 0,
          consecutiveFailures: 0,
          transitions: 1,
          totals: { runs: 1, failures: 0, durationMs: 0 },
          impact: 'fails',
          reason: 'first result: degraded',
          tags: ['host'],
          runbook: 'https://wiki.example/disk',
        },
      },
    })
  })
})
