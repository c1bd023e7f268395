import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFakeClock } from '../testing/fake-clock.ts'
import { Agenda, type Item } from './agenda.ts'

function setUp() {
  const clock = createFakeClock()
  const agenda = new Agenda(clock)
  const fallen: number[] = []
  const itemAt = (due: number): Item => ({ due, place: -1, dueAfter: () => undefined, fall: () => fallen.push(due) })
  return { agenda, clock, fallen, itemAt }
}

describe('Agenda', () => {
  it('calls everything that was not taken off, in order, when it is due, over one timer', async () => {
    const plan = fc.array(fc.tuple(fc.nat(1_000), fc.boolean()), { maxLength: 100 })
    await fc.assert(
      fc.asyncProperty(plan, async (items) => {
        const { agenda, clock, fallen, itemAt } = setUp()
        const made = items.map(([due, dropped]) => ({ item: itemAt(due), dropped }))
        for (const { item } of made) agenda.put(item)
        for (const { item, dropped } of made) if (dropped) agenda.drop(item)
        const expected = items.flatMap(([due, dropped]) => (dropped ? [] : due)).toSorted((a, b) => a - b)
        expect(clock.timers).toBe(expected.length > 0 ? 1 : 0)
        await clock.advance(500)
        expect(fallen).toEqual(expected.filter((due) => due <= 500))
        await clock.advance(500)
        expect(fallen).toEqual(expected)
        expect(clock.timers).toBe(0)
      }),
      { numRuns: 50 },
    )
  })

  it('E16: calls no more than 256 in one turn of the event loop', async () => {
    const { agenda, clock, fallen, itemAt } = setUp()
    for (let i = 0; i < 1_000; i++) agenda.put(itemAt(10))
    let atOnce = 0
    clock.after(10, () => (atOnce = fallen.length))
    await clock.advance(10)
    expect([atOnce, fallen.length]).toEqual([256, 1_000])
  })

  it('E16: begins no call once a turn has taken a millisecond', async () => {
    const { clock: fake } = setUp()
    let calls = 0
    const agenda = new Agenda({ ...fake, now: () => fake.now() + calls * 0.6 })
    const slow = (): Item => ({ due: 0, place: -1, dueAfter: () => undefined, fall: () => calls++ })
    for (let i = 0; i < 5; i++) agenda.put(slow())
    let atOnce = 0
    fake.after(0, () => (atOnce = calls))
    await fake.advance(0)
    expect([atOnce, calls]).toEqual([2, 5])
  })

  it('knows its beat, so that many begin together', () => {
    const { agenda } = setUp()
    expect([0, 3.9, 4, 1_001.5].map((at) => agenda.beatBefore(at))).toEqual([0, 0, 4, 1_000])
  })

  it('takes an item off twice and from nothing without harm, and keeps on what is due again', async () => {
    const { agenda, clock } = setUp()
    let times = 0
    const again: Item = {
      due: 10,
      place: -1,
      dueAfter: () => again.due + 10,
      fall: () => times++,
    }
    agenda.drop(again)
    agenda.put(again)
    await clock.advance(35)
    expect(times).toBe(3)
    agenda.drop(again)
    agenda.drop(again)
    expect(clock.timers).toBe(0)
  })
})
