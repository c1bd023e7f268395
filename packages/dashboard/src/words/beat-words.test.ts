import { expect, it } from 'vitest'
import { describeBeat, describeBeats } from './beat-words.ts'
import { createTimes } from './time.ts'

it('describes beats for those who do not see them', () => {
  expect(describeBeats([])).toBe('No checks yet')
  expect(
    describeBeats([
      [0, 'healthy', 4],
      [1, 'unhealthy', null],
      [2, 'healthy', 5],
    ]),
  ).toBe('Last 3 checks: 1 unhealthy, 2 healthy')
  expect(describeBeat([0, 'degraded', 1_240], createTimes('UTC'))).toBe('00:00:00 · degraded · took 1.24 s')
})
