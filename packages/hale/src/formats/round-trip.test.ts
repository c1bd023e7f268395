import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Report } from '../core/report.ts'
import { STATUSES } from '../core/status.ts'
import { flattenChecks } from './flatten.ts'
import { haleFormat } from './hale.ts'
import { healthJsonFormat } from './health-json.ts'
import { anyReport } from '../../test/any-report.ts'
import { readHealthDocument } from './read.ts'

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
      fc.property(anyReport, (report) => {
        const read = again(haleFormat.write(report, { detail: true }), report)
        expect(read).toEqual({ format: 'hale', certainty: report.at === undefined ? 'likely' : 'certain', report })
      }),
      options,
    )
  })

  it('as health+json: the same report, its checks in one level', () => {
    fc.assert(
      fc.property(anyReport, (report) => {
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
