import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DueHeap, type Due } from './due-heap.ts'

it('always gives the earliest, whatever comes and goes', () => {
  const step = fc.option(fc.integer({ min: 0, max: 50 }), { nil: 'pop' as const })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const heap = new DueHeap<Due>()
      const model: number[] = []
      for (const step of steps) {
        if (step !== 'pop') {
          heap.push({ dueAt: step })
          model.push(step)
          continue
        }
        const peeked = heap.peek()?.dueAt
        const popped = heap.pop()?.dueAt
        const earliest = model.sort((a, b) => a - b).shift()
        expect([peeked, popped, heap.size]).toEqual([earliest, earliest, model.length])
      }
    }),
  )
})
