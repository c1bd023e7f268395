import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Fifo } from './fifo.ts'

it('gives and takes back as an array would, whatever is done to it', () => {
  const step = fc.oneof(
    fc.record({ push: fc.integer({ min: 1, max: 3_000 }) }),
    fc.record({ take: fc.integer({ min: 0, max: 3_000 }) }),
    fc.constant({ putBack: true }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const fifo = new Fifo<number>()
      const model: number[] = []
      let next = 0
      let taken: readonly number[] = []
      const given: (readonly number[])[] = []
      const wanted: (readonly number[])[] = []
      for (const act of steps) {
        if ('push' in act) {
          for (let i = 0; i < act.push; i++) {
            model.push(next)
            fifo.push(next++)
          }
        } else if ('take' in act) {
          taken = model.splice(0, act.take)
          wanted.push(taken)
          given.push(fifo.take(act.take))
        } else {
          model.unshift(...taken)
          fifo.putBack(taken)
          taken = []
        }
        expect(fifo.length).toBe(model.length)
      }
      expect(given).toEqual(wanted)
      expect(fifo.take(Infinity)).toEqual(model)
      expect(fifo.length).toBe(0)
    }),
    { numRuns: 100 },
  )
})
