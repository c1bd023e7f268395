import { describeReason, type Reason, type Status } from 'hale'
import { expect, it } from 'vitest'
import { tellingReason } from './reason.ts'

const told = (status: Status, reason: Reason): string | undefined =>
  tellingReason({ status, reason: describeReason({ status, reason }) })

it('is silent about what the status says already, in the words that the monitor uses', () => {
  expect(told('healthy', { gate: 'same' })).toBeUndefined()
  expect(told('unhealthy', { gate: 'first' })).toBeUndefined()
  expect(told('healthy', { gate: 'failure-threshold', seen: 1, needed: 3 })).toBe(
    'still healthy: 1 of 3 worse results in a row',
  )
  expect(told('unhealthy', { gate: 'turned', from: 'healthy', after: 2 })).toBe(
    'turned from healthy to unhealthy after 2 in a row',
  )
  expect(told('unknown', { gate: 'stale', ageMs: 40_000, limitMs: 32_000 })).toBe('no answer for 40 s, limit 32 s')
})
