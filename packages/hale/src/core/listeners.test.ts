import { describe, expect, it, vi } from 'vitest'
import { setUp } from '../../test/set-up-health.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'

describe('listeners', () => {
  it('one that throws is logged and keeps nobody else from being told; one taken off is told nothing', async () => {
    const { clock, health, logger, transitions } = setUp({
      checks: { a: { check: scriptedCheck(['healthy', 'unhealthy']), every: '1s', timeout: '1s' } },
    })
    const off = vi.fn<() => void>()
    const takeOff = health.on('transition', off)
    health.on('transition', () => {
      throw new Error('mine')
    })
    const late = vi.fn<() => void>()
    health.on('transition', late)
    takeOff()
    await clock.advance('1s')
    expect(transitions).toHaveLength(2)
    expect(late).toHaveBeenCalledTimes(2)
    expect(off).not.toHaveBeenCalled()
    expect(logger.error).toHaveBeenCalledTimes(2)
  })

  it('tells of every run, believed or not, before the transition that it brings about', async () => {
    const { clock, health } = setUp({
      checks: {
        a: { check: scriptedCheck(['healthy', 'unhealthy', 'unhealthy']), every: '1s', failureThreshold: 2, jitter: 0 },
      },
    })
    const told: string[] = []
    health.on('transition', ({ to }) => told.push(`now ${to}`))
    const takeOff = health.on('run', ({ at, check, durationMs, kind, result: { status } }) =>
      told.push(`${check} (${kind}) ${status} in ${durationMs} ms at ${at - clock.wall()}`),
    )
    await clock.advance(0)
    await clock.advance('1s')
    await clock.advance('1s')
    const run = (status: string): string => `a (scripted) ${status} in 0 ms at 0`
    expect(told).toEqual([run('healthy'), 'now healthy', run('unhealthy'), run('unhealthy'), 'now unhealthy'])
    takeOff()
    health.maintenance({ check: 'a' })
    expect(told.at(-1)).toBe('now maintenance')
    await clock.advance('1s')
    expect(told).toHaveLength(6)
  })
})
