import { describe, expect, it, vi } from 'vitest'
import { window } from '../conditions/window.ts'
import { haleFormat } from '../formats/hale.ts'
import { readHealthDocument } from '../formats/read.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { scriptedCheck } from '../testing/scripted-check.ts'
import { createHealth } from './create-health.ts'
import type { HealthOptions, Transition } from './health.ts'

const START = Date.UTC(2026, 0, 1)

function setUp<Name extends string>(options: HealthOptions<Name>) {
  const clock = createFakeClock({ wall: START })
  const error = vi.fn<(message: string, error: unknown) => void>()
  const health = createHealth({ clock, random: () => 0, logger: { error }, ...options })
  const statuses = async () => ({
    all: (await health.report()).status,
    ready: (await health.probe('ready')).status,
    live: (await health.probe('live')).status,
    startup: (await health.probe('startup')).status,
  })
  return { clock, error, health, statuses }
}

const fails = { impact: 'fails' } as const

describe('maintenance of one check', () => {
  it('reads maintenance at once, is not asked meanwhile, and does not count', async () => {
    const check = scriptedCheck(['unhealthy'])
    const { clock, health } = setUp({
      checks: { a: { check, ...fails }, b: { check: scriptedCheck(['healthy']), ...fails } },
    })
    await clock.advance('1s')
    expect((await health.report()).status).toBe('unhealthy')
    health.maintenance({ check: 'a', message: 'moving to new disks', for: '1h' })
    const report = await health.report()
    expect(report).toMatchObject({
      status: 'healthy',
      checks: { a: { status: 'maintenance', message: 'moving to new disks', until: START + 3_601_000 } },
    })
    await clock.advance('30m')
    expect(check.runs).toBe(1)
    expect((await health.report()).checks.a.status).toBe('maintenance')
    expect(await health.probe('ready')).not.toHaveProperty('retryAfterS')
  })

  it.each(['background', 'on-request'] as const)(
    'ends by itself: is asked at once and believed at once, %s',
    async (mode) => {
      const check = scriptedCheck(['healthy', 'unhealthy'])
      const { clock, health } = setUp({ mode, checks: { a: { check, ...fails, failureThreshold: 5, every: '1h' } } })
      const seen: Transition[] = []
      health.on('transition', (transition) => seen.push(transition))
      await clock.advance('1s')
      await health.report()
      health.maintenance({ check: 'a', until: new Date(START + 60_000) })
      expect(await health.report()).toMatchObject({
        status: 'maintenance',
        retryAfterS: 59,
        checks: { a: { message: 'In maintenance.' } },
      })
      await clock.advance('58s')
      expect(await health.report()).toMatchObject({ status: 'maintenance', retryAfterS: 1 })
      await clock.advance('1s')
      expect((await health.report()).status).toBe('unhealthy')
      expect(check.runs).toBe(2)
      expect(seen.map(({ to }) => to)).toEqual(['healthy', 'maintenance', 'unhealthy'])
      expect(health.maintenances).toEqual([])
    },
  )

  it('ends with the last of several, and ending twice changes nothing', async () => {
    const check = scriptedCheck(['healthy'])
    const { clock, health } = setUp({ checks: { a: check } })
    const endFirst = health.maintenance({ check: 'a', message: 'first' })
    health.maintenance({ check: 'a', message: 'second', for: '10s' })
    expect((await health.check('a')).message).toBe('first')
    endFirst()
    endFirst()
    expect((await health.check('a')).message).toBe('second')
    await clock.advance('10s')
    expect((await health.check('a')).status).toBe('healthy')
  })

  it('E3: what a run that was under way found is dropped', async () => {
    const check = scriptedCheck(['hang'])
    const { clock, health } = setUp({ checks: { a: { check, timeout: '5s' } } })
    await clock.advance('1s')
    health.maintenance({ check: 'a' })
    check.release({ status: 'healthy' })
    await clock.flush()
    expect((await health.check('a')).status).toBe('maintenance')
  })

  it('E2: does not grow stale', async () => {
    const { clock, health } = setUp({ mode: 'on-request', checks: { a: scriptedCheck(['healthy']) } })
    health.maintenance({ check: 'a' })
    await clock.advance('30d')
    expect((await health.check('a')).status).toBe('maintenance')
  })

  it('E6: lasts as long as it was to last, though the wall clock is set', async () => {
    const { clock, health } = setUp({ checks: { a: scriptedCheck(['healthy']) } })
    health.maintenance({ check: 'a', for: '40d' })
    clock.setWall(START + 41 * 86_400_000)
    await clock.advance('39d')
    expect(health.maintenances).toHaveLength(1)
    await clock.advance('1d')
    expect(health.maintenances).toEqual([])
  })

  it('E10: a message is shown without credentials', async () => {
    const { health } = setUp({ checks: { a: scriptedCheck(['healthy']) } })
    health.maintenance({ check: 'a', message: 'moving postgres://u:hunter2@db/shop' })
    expect((await health.check('a')).message).not.toContain('hunter2')
  })
})

describe('maintenance of the whole service', () => {
  it('readiness and the whole are in maintenance; liveness, startup and each check speak for themselves', async () => {
    const check = scriptedCheck(['healthy'])
    const { clock, health, statuses } = setUp({ checks: { a: { check, ...fails } } })
    await health.report()
    const end = health.maintenance({ message: 'new version', for: '90s' })
    expect(await statuses()).toEqual({ all: 'maintenance', ready: 'maintenance', live: 'healthy', startup: 'healthy' })
    expect(await health.report()).toMatchObject({
      message: 'new version',
      until: START + 90_000,
      retryAfterS: 90,
      checks: { a: { status: 'healthy' } },
    })
    await clock.advance('30s')
    expect(check.runs).toBeGreaterThan(1)
    expect((await health.report()).retryAfterS).toBe(60)
    end()
    expect((await statuses()).ready).toBe('healthy')
  })

  it('has no Retry-After when its end is not known, and a drain goes before it', async () => {
    const { health } = setUp({ checks: {} })
    health.maintenance({})
    expect(await health.report()).not.toHaveProperty('retryAfterS')
    void health.drain()
    expect(await health.report()).toMatchObject({ code: 'SHUTTING_DOWN', retryAfterS: 5 })
  })

  it('stands in the document and is read back', async () => {
    const { health } = setUp({ checks: { a: scriptedCheck(['healthy']) } })
    health.maintenance({ message: 'new version', for: '90s' })
    health.maintenance({ check: 'a', for: '30s' })
    const body = haleFormat.write(await health.report(), { detail: true })
    expect(readHealthDocument({ status: 503, body }).report).toMatchObject({
      status: 'maintenance',
      message: 'new version',
      until: START + 90_000,
      retryAfterS: 90,
      checks: { a: { status: 'maintenance', until: START + 30_000 } },
    })
  })

  it('refuses what cannot work', () => {
    const { clock, health } = setUp({ checks: { a: scriptedCheck(['healthy']) } })
    const wrong = { check: 'b' as 'a', message: 3 as never, for: '-1', until: new Date(0) }
    expect(() => health.maintenance(wrong)).toThrow(
      /maintenance\.check: there is no check "b".*message: 3 is not text.*not both.*yet to come/s,
    )
    expect(() => health.maintenance({ for: '-1' })).toThrow('maintenance.for: "-1" is not a duration such as "30m"')
    expect(health.maintenances).toEqual([])
    expect(clock.timers).toBe(1)
  })

  it('E15: closing leaves no timer behind', async () => {
    const { clock, health } = setUp({ checks: { a: scriptedCheck(['healthy']) }, maintenance: [{ when: false }] })
    const end = health.maintenance({ check: 'a', for: '1h' })
    health.maintenance({ for: '1h' })
    await health.close()
    expect(clock.timers).toBe(0)
    end()
    expect(clock.timers).toBe(0)
  })
})

describe('planned maintenance', () => {
  const plan = { when: window({ cron: '1 0 * * *', for: '2m' }), message: 'backup' }

  it.each(['background', 'on-request'] as const)('comes and goes by itself, %s', async (mode) => {
    const { clock, health } = setUp({
      mode,
      checks: { a: scriptedCheck(['healthy']) },
      maintenance: [plan, { ...plan, check: 'a' }],
    })
    expect((await health.report()).status).toBe('healthy')
    await clock.advance('61s')
    const during = await health.report()
    expect(during).toMatchObject({ status: 'maintenance', message: 'backup', until: START + 180_000, retryAfterS: 119 })
    expect(during.checks.a).toMatchObject({ status: 'maintenance', message: 'backup' })
    await clock.advance('2m')
    expect(await health.report()).toMatchObject({ status: 'healthy', checks: { a: { status: 'healthy' } } })
    await clock.advance('10m')
    expect(health.maintenances).toEqual([])
  })

  it('has no gap when the next window opens as the last one closes', async () => {
    const { clock, health } = setUp({ checks: {}, maintenance: [{ when: window({ cron: '* * * * *', for: '1m' }) }] })
    await clock.advance('30s')
    for (let i = 0; i < 120; i++) {
      await clock.advance('1s')
      expect((await health.report()).status).toBe('maintenance')
    }
  })

  it('a condition that fails or hangs leaves things as they are, and is logged once', async () => {
    let answer: () => boolean | Promise<boolean> = () => true
    const { clock, error, health } = setUp({ mode: 'on-request', checks: {}, maintenance: [{ when: () => answer() }] })
    expect((await health.report()).status).toBe('maintenance')
    answer = () => new Promise(() => undefined)
    await clock.advance('2s')
    const report = health.report()
    await clock.advance('1s')
    expect((await report).status).toBe('maintenance')
    expect(error).toHaveBeenCalledTimes(1)
  })

  it('refuses a plan that cannot work', () => {
    const maintenance = [{ check: 'b' as 'a', when: 'nightly' as never }]
    expect(() => createHealth({ checks: { a: scriptedCheck(['healthy']) }, maintenance })).toThrow(
      /maintenance\[0\]\.check: there is no check "b".*maintenance\[0\]\.when: is neither/s,
    )
  })
})
