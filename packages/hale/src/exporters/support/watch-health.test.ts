import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createHealth } from '../../core/create-health.ts'
import { createFakeClock } from '../../testing/fake-clock.ts'
import { scriptedCheck } from '../../testing/scripted-check.ts'
import type { Item } from './signal.ts'
import { watchHealth, type Watch } from './watch-health.ts'

const CHECKS = 1_000

function setUp() {
  const clock = createFakeClock()
  const names = Array.from({ length: CHECKS }, (_, i) => `c${i}`)
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
  expect(Math.max(...turns)).toBeLessThanOrEqual(1 + 256)
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
