import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyReport } from '../../test/any-report.ts'
import type { CheckReport, Report } from '../core/report.ts'
import { STATUSES, isServing, type Status } from '../core/status.ts'
import { aspnetUiFormat } from './aspnet-ui.ts'
import { flattenChecks } from './flatten.ts'
import type { Format } from './format.ts'
import { kubernetesFormat } from './kubernetes.ts'
import { microprofileFormat } from './microprofile.ts'
import { openMetricsFormat, prometheusFormat } from './open-metrics.ts'
import { plainTextFormat } from './plain-text.ts'
import { readHealthDocument, type HealthDocument } from './read.ts'
import { springBootFormat } from './spring-boot.ts'

const options = { numRuns: 1_000, interruptAfterTimeLimit: 1_500 }
const verbose = { detail: true, query: new URLSearchParams('verbose') }

function again(format: Format, report: Report): HealthDocument {
  const status = format.passive === true || isServing(report.status) ? 200 : 503
  return readHealthDocument({ status, body: format.write(report, verbose) })
}

type Lines = [name: string, check: Partial<CheckReport>][]

// By name: an object puts names that are numbers first.
const byName = (lines: Lines): Lines => lines.sort(([a], [b]) => (a < b ? -1 : 1))

function pick(check: CheckReport, ...keys: readonly (keyof CheckReport)[]): Partial<CheckReport> {
  return Object.fromEntries(keys.filter((key) => check[key] !== undefined).map((key) => [key, check[key]]))
}

/** All checks in one level, in the part of each that a format carries. */
function flat(report: Report, carry: (check: CheckReport) => Partial<CheckReport>): Lines {
  return byName(flattenChecks(report).map(({ name, check }) => [name, carry(check)]))
}

const upOrDown = (status: Status): Status => (isServing(status) ? 'healthy' : 'unhealthy')

const same = (status: Status): Status => status
const flatWith =
  (...keys: readonly (keyof CheckReport)[]) =>
  (report: Report) =>
    flat(report, (each) => pick(each, ...keys))

function nested(checks: Report['checks']): Lines {
  const lines = Object.entries(checks).map(([name, each]): Lines[number] => {
    const below =
      each.checks === undefined ? {} : { checks: Object.fromEntries(nested(each.checks)) as Report['checks'] }
    return [name, { ...pick(each, 'status', 'code', 'message', 'observed', 'data'), ...below }]
  })
  return byName(lines)
}

function kubernetesLine({ code, message, status }: CheckReport): Partial<CheckReport> {
  if (isServing(status)) return { status: status === 'skipped' ? 'skipped' : 'healthy' }
  const why = [code, message].filter((part) => part !== undefined).join(': ')
  return why === '' ? { status } : { status: 'unhealthy', message: why }
}

interface Case {
  readonly what: string
  readonly format: Format
  /** What is read again of the status of the whole. */
  readonly status: (status: Status) => Status
  /** What is carried of the checks. */
  readonly carried: (report: Report) => Lines
}

const CASES: readonly Case[] = [
  {
    what: 'Spring: status, code, message, what was observed and data, nested',
    format: springBootFormat,
    status: same,
    carried: ({ checks }) => nested(checks),
  },
  {
    what: 'MicroProfile: status, code, message, what was observed and plain data; of the whole, up or down',
    format: microprofileFormat,
    status: upOrDown,
    carried: flatWith('status', 'code', 'message', 'observed', 'data'),
  },
  {
    what: 'ASP.NET: status, code, message, what was observed, data, duration and tags',
    format: aspnetUiFormat,
    status: same,
    carried: (report) =>
      flat(report, (each) => ({
        ...pick(each, 'status', 'code', 'message', 'observed', 'data'),
        durationMs: each.durationMs ?? 0,
        tags: each.tags ?? [],
      })),
  },
  {
    what: 'Kubernetes: whether a check gets traffic or is skipped, and why not',
    format: kubernetesFormat,
    status: upOrDown,
    carried: (report) => flat(report, kubernetesLine),
  },
]

describe('what Hale writes for others, Hale reads as far as the format carries it', () => {
  it.each(CASES)('$what', ({ carried, format, status }) => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const { certainty, format: seen, report: read } = again(format, report)
        expect([seen, certainty, read.status]).toEqual([format.name, 'certain', status(report.status)])
        expect(carried(read)).toEqual(carried(report))
      }),
      options,
    )
  })

  it.each([openMetricsFormat, prometheusFormat])('$name: the figures of the registered checks', (format) => {
    const keys = [
      'status',
      'kind',
      'impact',
      'runbook',
      'since',
      'ageMs',
      'durationMs',
      'consecutiveFailures',
      'transitions',
    ] as const
    const read = (report: Report): HealthDocument => again(format, report)
    fc.assert(
      fc.property(anyReport, (report) => {
        const { format: seen, report: back } = read(report)
        expect([seen, back.status, back.service]).toEqual(['open-metrics', report.status, report.service])
        const carried = (from: Report): Lines =>
          byName(Object.entries(from.checks).map(([name, each]) => [name, pick(each, ...keys)]))
        expect(carried(back)).toEqual(carried(report))
      }),
      options,
    )
  })

  it('plain text: healthy, degraded, unhealthy; the rest is unknown, and what is skipped is healthy', () => {
    const words = STATUSES.map((status) => again(plainTextFormat, { status, checks: {} }).report.status)
    expect(Object.fromEntries(STATUSES.map((status, index) => [status, words[index]]))).toEqual({
      healthy: 'healthy',
      degraded: 'degraded',
      unhealthy: 'unhealthy',
      unknown: 'unknown',
      maintenance: 'unknown',
      skipped: 'healthy',
    })
  })
})
