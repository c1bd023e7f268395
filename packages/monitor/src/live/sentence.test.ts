import fc from 'fast-check'
import { STATUSES, type Result } from 'hale'
import { describe, expect, it } from 'vitest'
import { overviewSentence, targetSentence, tellTimeFrom, type Verdict } from './sentence.ts'

const now = Date.UTC(2026, 10, 22, 15, 30)
const time = tellTimeFrom(now, 'UTC')
const at = (hour: number, minute: number) => Date.UTC(2026, 10, 22, hour, minute)
const verdict = (over: Partial<Verdict> = {}): Verdict => ({
  name: 'payments',
  status: 'healthy',
  since: at(14, 2),
  result: { status: 'healthy' },
  culprit: undefined,
  ...over,
})
const pending: Result = { status: 'unknown', code: 'PENDING' }
const refused = verdict({
  status: 'unhealthy',
  result: { status: 'unhealthy', code: 'COMPONENT_UNHEALTHY' },
  culprit: { name: 'postgres-main', result: { status: 'unhealthy', code: 'CONNECTION_REFUSED' } },
})

describe('targetSentence', () => {
  it.each<[string, Verdict]>([
    ['healthy since 14:02', verdict()],
    ['not asked yet', verdict({ status: 'unknown', result: pending })],
    ['unhealthy since 14:02, because postgres-main refused the connection', refused],
    [
      'unhealthy since 14:02, because it refused the connection',
      verdict({ status: 'unhealthy', result: { status: 'unhealthy', code: 'CONNECTION_REFUSED' } }),
    ],
    [
      'degraded since 14:02, because cache is beyond its limit (93.5 %)',
      verdict({
        status: 'degraded',
        culprit: {
          name: 'cache',
          result: { status: 'degraded', code: 'THRESHOLD_EXCEEDED', observed: { value: 93.5, unit: '%' } },
        },
      }),
    ],
    ['in maintenance since 14:02', verdict({ status: 'maintenance', result: { status: 'maintenance' } })],
    ['healthy since 20 Nov 09:05', verdict({ since: Date.UTC(2026, 10, 20, 9, 5) })],
  ])('%s', (sentence, given) => {
    expect(targetSentence(given, time)).toBe(sentence)
  })

  it('S4: what a target answered stays one short line of text, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('\n', '\0', '\u202E', '<', '"', 'a', ' ', '\uD800', '🙂'),
          maxLength: 2_000,
        }),
        fc.constantFrom(...STATUSES),
        (message, status) => {
          const sentence = targetSentence(verdict({ status, result: { status, message } }), time)
          expect(sentence).not.toMatch(/\p{Cc}/u)
          expect(sentence.length).toBeLessThan(260)
        },
      ),
    )
  })
})

describe('overviewSentence', () => {
  const many = (count: number, over: Partial<Verdict> = {}) =>
    Array.from({ length: count }, (_, index) => verdict({ name: `t${index + 1}`, ...over }))

  it.each<[string, readonly Verdict[]]>([
    ['nothing is watched yet', []],
    ['All 14 healthy', many(14)],
    ['t1 is healthy', many(1)],
    ['13 of 14 healthy, 1 in maintenance', [...many(13), verdict({ status: 'maintenance' })]],
    ['2 of 3 healthy, 1 not asked yet', [...many(2), verdict({ status: 'unknown', result: pending })]],
    ['waiting for the first answer of 4 targets', many(4, { status: 'unknown', result: pending })],
    ['1 of 14 unhealthy: payments since 14:02, because postgres-main refused the connection', [...many(13), refused]],
    [
      '2 of 14 unhealthy: payments since 14:02, because postgres-main refused the connection; also orders',
      [...many(12), verdict({ ...refused, name: 'orders', since: at(14, 3) }), refused],
    ],
    [
      '1 of 5 unhealthy, 4 degraded: payments since 14:02, because postgres-main refused the connection; also t1, t2, t3 and 1 more',
      [...many(4, { status: 'degraded', since: at(13, 0) }), refused],
    ],
  ])('%s', (sentence, verdicts) => {
    expect(overviewSentence(verdicts, time)).toBe(sentence)
  })
})
