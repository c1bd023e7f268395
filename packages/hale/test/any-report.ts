import fc from 'fast-check'
import type { CheckReport, Report } from '../src/core/report.ts'
import { STATUSES } from '../src/core/status.ts'
import { cleanName, cleanText } from '../src/formats/readers/fields.ts'

const text = fc
  .oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.lorem({ maxCount: 8 }))
  .map((value) => cleanText(value))
  .filter((value) => value !== '')
const name = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'a:b', '0', 'disk /')).map(cleanName)
const status = fc.constantFrom(...STATUSES)
const code = fc.constantFrom('TIMEOUT', 'CONNECTION_REFUSED', 'MY_OWN')
const wall = fc.integer({ min: 2e11, max: 4e12 })
const ms = fc.integer({ min: 0, max: 1e9 }).map((microseconds) => microseconds / 1_000)
const value = fc.oneof(
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
  text,
)
const announced = fc
  .record({ deploy: text, version: text, draining: fc.boolean(), expectedInstances: fc.nat() }, { requiredKeys: [] })
  .filter((given) => Object.keys(given).length > 0)
const required = (keys: 'status'[]): { requiredKeys: 'status'[] } => ({ requiredKeys: keys })

const check: fc.Arbitrary<CheckReport> = fc.record(
  {
    status,
    kind: text,
    code,
    message: text,
    observed: fc.record({ value, unit: text }, { requiredKeys: ['value'] }),
    data: fc.dictionary(fc.constantFrom('pool', 'rows'), fc.integer(), { minKeys: 1 }),
    since: wall,
    until: wall,
    checkedAt: wall,
    ageMs: fc.nat(),
    durationMs: ms,
    consecutiveFailures: fc.nat(),
    transitions: fc.nat(),
    totals: fc.record({ runs: fc.nat(), failures: fc.nat(), durationMs: ms }),
    durations: fc.record({ p50Ms: ms, p95Ms: ms, usualMs: ms }, { requiredKeys: ['p50Ms', 'p95Ms'] }),
    impact: fc.constantFrom('fails', 'degrades', 'informs'),
    reason: text,
    tags: fc.array(text, { maxLength: 3 }),
    runbook: fc.webUrl(),
  },
  required(['status']),
)
const parent = fc
  .tuple(check, fc.dictionary(name, check, { maxKeys: 3 }))
  .map(([outer, checks]) => ({ ...outer, checks }))

/** Any report that an app could make: hostile names and texts, checks in checks. */
export const anyReport: fc.Arbitrary<Report> = fc
  .record(
    {
      status,
      code,
      message: text,
      service: fc.record({ name: text.map(cleanName), version: text }, { requiredKeys: ['name'] }),
      at: wall,
      until: wall,
      retryAfterS: fc.nat(),
      announced,
    },
    required(['status']),
  )
  .chain((root) =>
    fc.dictionary(name, fc.oneof(check, parent), { maxKeys: 5 }).map((checks): Report => ({ ...root, checks })),
  )
