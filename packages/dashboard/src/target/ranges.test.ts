import { expect, it } from 'vitest'
import { fittingRange, RANGES } from './ranges.ts'

it('begins with an hour, or with a quarter when watching began less than that ago', () => {
  expect([0, 60_000, 899_999, 900_000, Infinity].map((ms) => fittingRange(ms).id)).toEqual([
    '15m',
    '15m',
    '15m',
    '1h',
    '1h',
  ])
  expect(RANGES.map(({ ms }) => ms)).toEqual(RANGES.map(({ ms }) => ms).toSorted((a, b) => a - b))
})
