import { expect, it } from 'vitest'
import { backOff } from './back-off.ts'

it('tries at once, then ever later, never later than 15 s, never all pages at the same moment', () => {
  expect([0, 1, 2, 3, 4, 5, 50].map((attempt) => backOff(attempt, 0))).toEqual([
    0, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000,
  ])
  expect(backOff(5, 1)).toBe(7_500)
})
