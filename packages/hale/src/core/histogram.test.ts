import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Histogram } from './histogram.ts'

it('counts every value once, below the first bound that it does not exceed', () => {
  const bounds = [0, 1, 10]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(-1, 0, 0.5, 1, 1.5, 10, 11, Infinity)), (values) => {
      const histogram = new Histogram(bounds)
      for (const value of values) histogram.add(value)
      const upTo = (bound: number): number => values.filter((value) => value <= bound).length
      const { counts } = histogram.read()
      const running = counts.map((_count, place) => counts.slice(0, place + 1).reduce((a, b) => a + b, 0))
      expect(running).toEqual([...bounds, Infinity].map(upTo))
    }),
  )
})

it('what was read does not change when counting goes on', () => {
  const histogram = new Histogram([1])
  const before = histogram.read()
  histogram.add(3)
  expect(before).toEqual({ bounds: [1], counts: [0, 0], sum: 0 })
  expect(histogram.read()).toEqual({ bounds: [1], counts: [0, 1], sum: 3 })
})
