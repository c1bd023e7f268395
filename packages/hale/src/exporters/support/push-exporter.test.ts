import { describe, expect, it, vi } from 'vitest'
import { createHealth } from '../../core/create-health.ts'
import type { Health } from '../../core/health.ts'
import { createFakeClock, type FakeClock } from '../../testing/fake-clock.ts'
import { scriptedCheck, type Step } from '../../testing/scripted-check.ts'
import type { Delivery } from './delivery.ts'
import { PUSH_RULES, refuseMisuse } from './options.ts'
import { createPushExporter, lane, type Exporter, type PushOptions } from './push-exporter.ts'
import type { Signal } from './signal.ts'

interface World {
  readonly clock: FakeClock
  readonly health: Health
  readonly exporter: Exporter
  readonly told: Signal[]
  readonly log: ReturnType<typeof vi.fn>
}

function setUp(steps: readonly [Step, ...Step[]], deliver?: () => Promise<Delivery>, options: PushOptions = {}): World {
  const clock = createFakeClock()
  const log = vi.fn<(message: string, error: unknown) => void>()
  const logger = { error: log }
  const health = createHealth({ clock, logger, random: () => 0, checks: { db: scriptedCheck(steps) } })
  const told: Signal[] = []
  const exporter = createPushExporter(
    health,
    { logger, random: () => 0, ...options },
    {
      name: 'test',
      lanes: [
        lane(['gauge', 'run', 'transition', 'status'], 10, async (batch) => {
          told.push(...batch)
          return deliver?.() ?? { outcome: 'taken' }
        }),
      ],
      release: () => undefined,
    },
  )
  return { clock, health, exporter, told, log }
}

describe('an exporter that pushes', () => {
  it('tells of runs and transitions as they happen, and of how things stand every so often', async () => {
    const { clock, exporter, health, told } = setUp(['healthy', 'unhealthy'])
    await clock.advance('3s')
    expect(told).toMatchObject([
      { type: 'run', check: 'db', kind: 'scripted', status: 'healthy', seconds: 0 },
      { type: 'transition', check: 'db', from: 'unknown', to: 'healthy' },
    ])
    await clock.advance('9s')
    expect(told.slice(2)).toMatchObject([
      { type: 'gauge', metric: 'checkSeverity', check: 'db' },
      { type: 'gauge', metric: 'age', check: 'db' },
      { type: 'gauge', metric: 'failures', check: 'db' },
      { type: 'status', check: 'db' },
      { type: 'gauge', metric: 'severity' },
      { type: 'gauge', metric: 'dropped', value: 0 },
      { type: 'status' },
      { type: 'run', status: 'unhealthy' },
      { type: 'transition', from: 'healthy', to: 'unhealthy', code: 'SCRIPTED' },
    ])
    await exporter.close()
    await health.close()
    expect(clock.timers).toBe(0)
  })

  it('never delays a check: while a delivery hangs, every run and transition goes on, and the queue stays bounded', async () => {
    const order: string[] = []
    const { clock, exporter, health } = setUp(['healthy'], () => new Promise(() => undefined), { capacity: 10 })
    health.on('run', ({ at }) => order.push(`run at ${(at - clock.wall() + clock.now()) / 1_000}`))
    await clock.advance('60s')
    expect(order).toEqual([0, 10, 20, 30, 40, 50, 60].map((second) => `run at ${second}`))
    expect(exporter.figures.queued).toBe(10)
    expect(exporter.figures.dropped).toBeGreaterThan(5)
    expect(exporter.figures.sent).toBe(0)
    const closed = exporter.close()
    await clock.advance('10s')
    await closed
    expect(exporter.figures.queued).toBe(0)
  })

  it('keeps two looks at as many checks as there are, whatever the other side does, and no more', async () => {
    const checks = Object.fromEntries(Array.from({ length: 6_000 }, (_, i) => [`c${i}`, scriptedCheck(['healthy'])]))
    const withAll = (deliver: () => Promise<Delivery>, options: PushOptions = {}) => {
      const clock = createFakeClock()
      const health = createHealth({ clock, mode: 'on-request', checks })
      const lanes = [lane(['gauge', 'status'], 500, deliver)]
      const parts = { name: 'test', lanes, release: () => undefined }
      const exporter = createPushExporter(health, { logger: { error: () => undefined }, ...options }, parts)
      const look = async (): Promise<void> => {
        await clock.advance('10s')
        // In turns.
        for (let turn = 0; turn < 40; turn++) await clock.flush()
        await clock.advance(1)
      }
      return { exporter, look, settle: () => clock.advance('1s') }
    }
    // Of each check, and of the whole.
    const look = 6_001
    const well = withAll(async () => ({ outcome: 'taken' }))
    await well.look()
    await well.settle()
    expect(well.exporter.figures).toEqual({ sent: look, dropped: 0, queued: 0 })

    const hung = withAll(() => new Promise(() => undefined))
    for (const [queued, dropped] of [
      [look, 0],
      [2 * look, 0],
      [2 * look, look],
      [2 * look, 2 * look],
    ] as const) {
      await hung.look()
      expect(hung.exporter.figures).toEqual({ sent: 0, dropped, queued })
    }

    const told = withAll(() => new Promise(() => undefined), { capacity: 100 })
    await told.look()
    expect(told.exporter.figures).toEqual({ sent: 0, dropped: look - 100, queued: 100 })
  })

  it('gives each lane what it takes and nothing else, a look at a check in as many parts as there are', async () => {
    const clock = createFakeClock()
    const health = createHealth({ clock, random: () => 0, checks: { db: scriptedCheck(['healthy']) } })
    const given: Signal['type'][][] = [[], [], []]
    const into =
      (place: number) =>
      async (batch: readonly Signal[]): Promise<Delivery> => {
        given[place]?.push(...batch.map(({ type }) => type))
        return { outcome: 'taken' }
      }
    const lanes = [
      lane(['gauge'], 10, into(0)),
      lane(['status', 'run'], 10, into(1)),
      lane(['transition'], 10, into(2)),
    ]
    const exporter = createPushExporter(health, {}, { name: 'test', lanes, release: () => undefined })
    await clock.advance('1s')
    await exporter.close()
    expect(given).toEqual([['gauge', 'gauge', 'gauge', 'gauge', 'gauge'], ['run', 'status', 'status'], ['transition']])
    // The look at the check and at the whole are each an item of two lanes.
    expect(exporter.figures).toEqual({ sent: 6, dropped: 0, queued: 0 })
    await health.close()
  })

  it('tells how much it dropped, and logs a failure once until it is another', async () => {
    let fails = true
    const answer = async (): Promise<Delivery> => (fails ? { outcome: 'refused', why: '403' } : { outcome: 'taken' })
    const { clock, exporter, log, told } = setUp(['healthy'], answer)
    await clock.advance('35s')
    expect(log).toHaveBeenCalledTimes(1)
    expect(log.mock.calls[0]?.[0]).toMatch(/^hale\/exporters\/test: dropped \d+ items$/)
    fails = false
    const { dropped } = exporter.figures
    told.length = 0
    await clock.advance('10s')
    expect(dropped).toBeGreaterThan(10)
    expect(told).toContainEqual(expect.objectContaining({ metric: 'dropped', value: dropped }))
    await exporter.close()
    expect(exporter.figures.dropped).toBe(dropped)
  })

  it('E10: passes on nothing of an error that a check threw, and no credentials of a message', async () => {
    const { clock, exporter, told } = setUp([
      new Error('connect postgres://app:hunter2@db/shop'),
      { status: 'unhealthy', code: 'AUTH_FAILED', message: 'redis://:hunter2@cache refused password=hunter2' },
    ])
    await clock.advance('30s')
    await exporter.close()
    expect(told.filter(({ type }) => type === 'transition' || type === 'status').length).toBeGreaterThan(4)
    expect(JSON.stringify(told)).toContain('refused')
    expect(JSON.stringify(told)).not.toContain('hunter2')
  })

  it('logs the same failure again when something was taken in between', async () => {
    const outcomes: Delivery[] = ['503', 'ok', '503', '503'].map((why) =>
      why === 'ok' ? { outcome: 'taken' } : { outcome: 'refused', why },
    )
    const { clock, log } = setUp(['healthy'], async () => outcomes.shift() ?? { outcome: 'taken' })
    await clock.advance('2m')
    expect(outcomes).toEqual([])
    expect(log).toHaveBeenCalledTimes(2)
  })

  it('survives a logger that throws', async () => {
    const { clock, exporter, log } = setUp(['healthy'], async () => ({ outcome: 'retry', why: '503' }))
    log.mockImplementation(() => {
      throw new Error('the logger itself')
    })
    await clock.advance('3s')
    expect(log).toHaveBeenCalledTimes(1)
    const closed = exporter.close()
    await clock.advance('10s')
    await closed
    expect(exporter.figures.queued).toBe(0)
  })

  it('closes once, whoever asks, releases once, and after a reload only the new one tells', async () => {
    const clock = createFakeClock()
    const health = createHealth({ clock, random: () => 0, checks: { db: scriptedCheck(['healthy']) } })
    const released: string[] = []
    const told: string[] = []
    const start = (name: string): Exporter => {
      const deliver = async (batch: readonly Signal[]): Promise<Delivery> => {
        told.push(...batch.map(() => name))
        return { outcome: 'taken' }
      }
      const parts = { name, lanes: [lane(['run'], 10, deliver)], release: () => void released.push(name) }
      return createPushExporter(health, {}, parts)
    }
    const old = start('old')
    await clock.advance('15s')
    const next = start('next')
    const closed = old.close()
    expect(old.close()).toBe(closed)
    await Promise.all([closed, old[Symbol.asyncDispose](), old.flush()])
    told.length = 0
    await clock.advance('10s')
    expect(told).toEqual(['next'])
    expect(released).toEqual(['old'])
    await next.close()
    await health.close()
    expect(released).toEqual(['old', 'next'])
    expect(clock.timers).toBe(0)
  })

  it('E6: keeps its times when the wall clock is set, and tells what the clock says', async () => {
    const { clock, told } = setUp(['healthy'])
    await clock.advance('5s')
    clock.setWall(clock.wall() - 86_400_000)
    told.length = 0
    await clock.advance('20s')
    const looks = told.filter((each) => each.type === 'gauge' && each.metric === 'severity')
    expect(looks).toHaveLength(2)
    expect(looks.every(({ at }) => at < clock.wall() + 1)).toBe(true)
  })

  it('cuts a message that is longer than 500 characters', async () => {
    const message = 'x'.repeat(2_000)
    const { clock, told } = setUp([{ status: 'unhealthy', code: 'UNHEALTHY', message }])
    await clock.advance('15s')
    const texts = told.flatMap((each) => ('message' in each ? [each.message] : []))
    expect(new Set(texts)).toEqual(new Set([`${'x'.repeat(499)}…`]))
  })

  it('E11: asks no check', async () => {
    const check = scriptedCheck(['healthy'])
    const clock = createFakeClock()
    const health = createHealth({ clock, mode: 'on-request', checks: { db: check } })
    const told: Signal[] = []
    const deliver = async (batch: readonly Signal[]): Promise<Delivery> => {
      told.push(...batch)
      return { outcome: 'taken' }
    }
    const parts = { name: 'test', lanes: [lane(['gauge'], 10, deliver)], release: () => undefined }
    await using exporter = createPushExporter(health, {}, parts)
    await clock.advance('60s')
    expect(told.length).toBeGreaterThan(5)
    expect(check.runs).toBe(0)
    expect(exporter.figures.dropped).toBe(0)
  })

  it('refuses options that cannot work, all at once', () => {
    expect(() => refuseMisuse('test', { every: '10', capacity: 1, timeout: 5 }, PUSH_RULES)).toThrow(
      /every: "10" is not a duration[^]*timeout: 5 is not a duration[^]*capacity: 1 is not a whole number/,
    )
  })
})
