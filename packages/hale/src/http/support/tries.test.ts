import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Tries } from './tries.ts'

it('S9: remembers a bounded number of clients, and lets a crowd of them have no more tries than that', () => {
  const tries = new Tries(10)
  let taken = 0
  for (let index = 0; index < 50_000; index++) if (tries.take(`4:${index}`, 0) !== undefined) taken++
  expect(tries.size).toBe(1_001)
  expect(taken).toBe(1_010)
  expect(tries.take('4:7', 0)).toBeDefined()
  expect(tries.take('4:60000', 60_000)).toBeDefined()
  expect(tries.size).toBe(1)
})

it('never lets a client have more than the limit in a window, whatever is given back', () => {
  const step = fc.record({ client: fc.constantFrom('a', 'b', 'c'), good: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const tries = new Tries(4)
      const wrong = new Map<string, number>()
      for (const { client, good } of steps) {
        const giveBack = tries.take(client, 0)
        const before = wrong.get(client) ?? 0
        expect(giveBack !== undefined).toBe(before < 4)
        if (good) giveBack?.()
        else if (giveBack !== undefined) wrong.set(client, before + 1)
      }
    }),
  )
})
