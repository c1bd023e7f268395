import { expect, it } from 'vitest'
import { howMany } from './how-many.ts'

it.each([
  [0, 'jobs', '0 jobs wait'],
  [1, 'jobs', '1 job waits'],
  [2, 'jobs', '2 jobs wait'],
  [1, 'messages', '1 message waits'],
  [1, 'processes', '1 process waits'],
  [1, 'batches', '1 batch waits'],
  [1, 'entries', '1 entry waits'],
  [1, 'mail', '1 mail waits'],
])('says %d %s as %s', (count, unit, said) => {
  expect(howMany(count, unit, ['waits', 'wait'])).toBe(said)
})

it('does without a verb', () => {
  expect([howMany(1, 'times'), howMany(3, 'times')]).toEqual(['1 time', '3 times'])
})
