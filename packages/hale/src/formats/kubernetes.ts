import { aggregate } from '../core/aggregate.ts'
import type { Selection } from '../core/health.ts'
import type { CheckReport, Report } from '../core/report.ts'
import { isServing } from '../core/status.ts'
import { flattenChecks } from './flatten.ts'
import type { Format, WriteOptions } from './format.ts'

/**
 * The text of Kubernetes' own `/healthz`, `/livez` and `/readyz`: `ok`, or, when something fails or with `?verbose`, a line
 * a check. `?exclude=name`, as often as needed, leaves checks out of account. Lines and `exclude` are for callers with the
 * key: they tell which checks there are.
 *
 * @see https://kubernetes.io/docs/reference/using-api/health-checks/
 */
export const kubernetesFormat: Format = {
  name: 'kubernetes',
  contentTypes: ['text/plain'],
  contentType: 'text/plain; charset=utf-8',
  parameters: ['verbose', 'exclude'],
  narrow: (report, { query }) => (query?.has('exclude') === true ? without(report, excludedBy(query)) : report),
  write: (report, options) => {
    const { detail, query, selection } = options
    const isGood = isServing(report.status)
    if (isGood && query?.has('verbose') !== true) return 'ok'
    const end = `${nameOf(selection)} check ${isGood ? 'passed' : 'failed'}\n`
    return detail ? [...toLines(report, query), end].join('\n') : end
  },
}

function toLines(report: Report, query: WriteOptions['query']): string[] {
  const excluded = excludedBy(query)
  const lines = flattenChecks(report).map(({ name, check }) => toLine(name, check, excluded.has(name)))
  const unknown = [...excluded].filter((name) => !Object.hasOwn(report.checks, name))
  if (unknown.length === 0) return lines
  const names = unknown.map((name) => JSON.stringify(name)).join(',')
  return [...lines, `warn: some health checks cannot be excluded: no matches for ${oneLine(names)}`]
}

function toLine(name: string, { code, message, status }: CheckReport, isExcluded: boolean): string {
  const called = oneLine(name)
  if (isExcluded || status === 'skipped') return `[+]${called} excluded: ok`
  if (isServing(status)) return `[+]${called} ok`
  const why = [code, message].filter((part) => part !== undefined).join(': ')
  return `[-]${called} failed: ${why === '' ? status : oneLine(why)}`
}

/** Only checks decide: a drain, a maintenance of the whole and startup do not go away with them. */
function without(report: Report, excluded: ReadonlySet<string>): Report {
  const parts = Object.entries(report.checks).map(([name, { impact = 'fails', status }]) => ({ name, impact, status }))
  if (aggregate(parts) !== report.status) return report
  return { ...report, status: aggregate(parts.filter(({ name }) => !excluded.has(name))) }
}

function excludedBy(query: WriteOptions['query']): ReadonlySet<string> {
  return new Set(query?.getAll('exclude'))
}

function nameOf(selection: Selection = 'all'): string {
  if (typeof selection === 'object') return oneLine(selection.check)
  return { all: 'healthz', live: 'livez', ready: 'readyz', startup: 'startupz' }[selection]
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
}
