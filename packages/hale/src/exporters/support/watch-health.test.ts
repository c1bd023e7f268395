import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createHealth } from '../../core/create-health.ts'
import { healthy } from '../../core/result.ts'
import { createFakeClock } from '../../testing/fake-clock.ts'
import { scriptedCheck } from '../../testing/scripted-check.ts'
import type { Item } from './signal.ts'
import { watchHealth, type Watch } from './watch-health.ts'

const CHECKS = 1_000

function setUp(count = CHECKS) {
  const clock = createFakeClock()
  const names = Array.from({ length: count }, (_, i) => `c${i}`)
  const checks = Object.fromEntries(names.map((name) => [name, scriptedCheck(['healthy'])]))
  const health = createHealth({ clock, mode: 'on-request', checks })
  const told: Item[] = []
  const watch: Watch = watchHealth(health, 10_000, (item) => told.push(item))
  return { clock, health, names, told, watch }
}

it('E16: a look at many checks lets others work in between, and tells of each of them once', async () => {
  const { health, names, told, watch } = setUp()
  const turns: number[] = []
  const end = watch.end()
  for (let turn = 0, before = 0; turn < 10; turn++, await nextTurn()) {
    turns.push(told.length - before)
    before = told.length
  }
  await end
  // The whole, which is made of all of them in one go, has a turn of its own.
  expect(turns.filter((each) => each > 0)).toEqual([256, 256, 256, CHECKS - 3 * 256, 1])
  expect(told.map((each) => (each.type === 'look' ? each.check : each.type))).toEqual([...names, undefined])
  await health.close()
})

it('E16: a turn of a look ends after a millisecond, however dear its checks are', async () => {
  const { clock, health, told, watch } = setUp()
  let turned = 0
  const slow = { ...clock, now: () => clock.now() + (turned += 0.5) }
  const registry = { clock: slow, on: health.on.bind(health), view: health.view.bind(health) }
  const dear = watchHealth(registry, 10_000, (item) => told.push(item))
  const end = dear.end()
  await nextTurn()
  expect(told.length).toBeGreaterThan(0)
  expect(told.length).toBeLessThan(20)
  await end
  expect(told).toHaveLength(1 + CHECKS)
  await watch.end()
})

it('takes a whole last look when it ends in the middle of one, and none afterwards', async () => {
  const { clock, told, watch } = setUp()
  await clock.advance(9_999)
  expect(told).toEqual([])
  void clock.advance(1)
  await nextTurn()
  expect(told.length).toBeGreaterThan(1)
  expect(told.length).toBeLessThan(1 + CHECKS)
  await watch.end()
  expect(told).toHaveLength(2 * (1 + CHECKS))
  await clock.advance('1m')
  expect(told).toHaveLength(2 * (1 + CHECKS))
})

it('begins no look while one is under way', async () => {
  const { clock, told, watch } = setUp(5_000)
  // Ends a turn or two after the third look was due, long before the first is over.
  await clock.advance('30s')
  expect(told.length).toBeLessThan(5_000)
  for (let turn = 0; turn < 100; turn++) await nextTurn()
  expect(told).toHaveLength(1 + 5_000)
  await watch.end()
})

it('tells of no run and no transition once it has ended', async () => {
  const { health, told, watch } = setUp(3)
  await health.report()
  expect(told.map(({ type }) => type)).toEqual(['run', 'transition', 'run', 'transition', 'run', 'transition'])
  await watch.end()
  told.length = 0
  health.register('late', () => healthy())
  await health.report()
  expect(told).toEqual([])
})

it('tells of ages and durations in seconds', async () => {
  const clock = createFakeClock()
  const check = { check: scriptedCheck(['hang']), every: '1h', timeout: '2s', jitter: 0 } as const
  const health = createHealth({ clock, logger: { error: () => undefined }, checks: { slow: check } })
  const told: Item[] = []
  const watch = watchHealth(health, 10_000, (item) => told.push(item))
  await clock.advance('10s')
  expect(told).toMatchObject([
    { type: 'run', check: 'slow', seconds: 2 },
    { type: 'transition', to: 'unhealthy', code: 'TIMEOUT' },
    { type: 'look', check: 'slow', status: 'unhealthy', ageS: 8, failures: 1 },
    { type: 'look', status: 'degraded' },
  ])
  await watch.end()
  await health.close()
})
