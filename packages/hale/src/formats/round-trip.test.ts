import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CheckReport, Report } from '../core/report.ts'
import { STATUSES } from '../core/status.ts'
import { cleanName, cleanText } from './readers/fields.ts'
import { flattenChecks } from './flatten.ts'
import { haleFormat } from './hale.ts'
import { healthJsonFormat } from './health-json.ts'
import { readHealthDocument } from './read.ts'

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
    checkedAt: wall,
    ageMs: fc.nat(),
    durationMs: ms,
    consecutiveFailures: fc.nat(),
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

const report = fc
  .record(
    {
      status,
      code,
      message: text,
      service: fc.record({ name: text.map(cleanName), version: text }, { requiredKeys: ['name'] }),
      at: wall,
      retryAfterS: fc.nat(),
    },
    required(['status']),
  )
  .chain((root) =>
    fc.dictionary(name, fc.oneof(check, parent), { maxKeys: 5 }).map((checks): Report => ({ ...root, checks })),
  )

const httpStatus = (report: Report): number =>
  ['unhealthy', 'unknown', 'maintenance'].includes(report.status) ? 503 : 200
// By name: an object puts names that are numbers first.
const flat = (report: Report) =>
  flattenChecks(report)
    .map(({ name, check }) => ({ name, check: { ...check, checks: undefined } }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
const again = (body: string, report: Report) => readHealthDocument({ status: httpStatus(report), body })
const options = { numRuns: 1_000, interruptAfterTimeLimit: 1_500 }

describe('what Hale writes, Hale reads', () => {
  it('as Hale’s own JSON: the same report', () => {
    fc.assert(
      fc.property(report, (report) => {
        const read = again(haleFormat.write(report, { detail: true }), report)
        expect(read).toEqual({ format: 'hale', certainty: report.at === undefined ? 'likely' : 'certain', report })
      }),
      options,
    )
  })

  it('as health+json: the same report, its checks in one level', () => {
    fc.assert(
      fc.property(report, (report) => {
        const read = again(healthJsonFormat.write(report, { detail: true }), report)
        expect(read.format).toBe('health+json')
        expect({ ...read.report, checks: {} }).toEqual({ ...report, checks: {} })
        expect(flat(read.report)).toEqual(flat(report))
      }),
      options,
    )
  })

  it.each([haleFormat, healthJsonFormat])('without detail: the same status, $name', ({ write }) => {
    for (const status of STATUSES) {
      const report: Report = { status, checks: {} }
      expect(again(write(report, { detail: false }), report).report).toEqual(report)
    }
  })
})
