import type { CheckReport, Report } from '../core/report.ts'
import { STATUSES, type Status } from '../core/status.ts'
import type { Labels, MetricFamily, MetricPoint, SummaryFigures } from './exposition.ts'

/**
 * What a report says in metrics. A status is a set of gauges, of which the one that holds is 1. Checks are labelled by their
 * registered names, never by what they answer, so the set of labels is bounded (E11). Without `detail` there is the status
 * of the whole and nothing else (E10).
 */
export function reportMetrics(report: Report, detail: boolean): readonly MetricFamily[] {
  const whole: MetricFamily = {
    name: 'hale_status',
    type: 'gauge',
    help: 'The status of the whole: 1 for the one that holds.',
    points: toStatePoints(report.status),
  }
  if (!detail) return [whole]
  return [
    {
      name: 'hale_service',
      type: 'info',
      help: 'Who this is.',
      points: one(report.service && 1, { name: report.service?.name ?? '', version: report.service?.version ?? '' }),
    },
    whole,
    {
      name: 'hale_draining',
      type: 'gauge',
      help: '1 once the process has announced its end.',
      points: one(report.announced?.draining === true ? 1 : 0),
    },
    {
      name: 'hale_maintenance_end_timestamp_seconds',
      type: 'gauge',
      help: 'When the maintenance of the whole ends by itself; absent when it is in none, or in one without an end.',
      points: one(toSeconds(report.until)),
    },
    ...checkMetrics(report),
  ]
}

/** One point for each status, as Prometheus counts states: 1 for the one that holds, 0 for the others. */
export function toStatePoints(status: Status, labels: Labels = {}): readonly MetricPoint[] {
  return STATUSES.map((each) => ({ labels: { ...labels, status: each }, value: each === status ? 1 : 0 }))
}

/** Milliseconds in seconds, to the microsecond; undefined when there are none. */
export function toSeconds(ms: number | undefined): number | undefined {
  return ms === undefined || !Number.isFinite(ms) ? undefined : Math.round(ms * 1_000) / 1_000_000
}

function one(value: number | undefined, labels: Labels = {}): readonly MetricPoint[] {
  return value === undefined ? [] : [{ labels, value }]
}

function checkMetrics({ checks }: Report): readonly MetricFamily[] {
  const entries = Object.entries(checks)
  const each = (pick: (check: CheckReport) => MetricPoint['value'] | undefined): readonly MetricPoint[] =>
    entries.flatMap(([check, line]) => {
      const value = pick(line)
      return value === undefined ? [] : [{ labels: { check }, value }]
    })
  return [
    {
      name: 'hale_check',
      type: 'info',
      help: 'What a check is of, what its failure does to the whole, and the address that says what to do then.',
      points: entries.map(([check, { impact = '', kind = '', runbook }]) => ({
        labels: { check, kind, impact, ...(runbook === undefined ? {} : { runbook }) },
        value: 1,
      })),
    },
    {
      name: 'hale_check_status',
      type: 'gauge',
      help: 'The status of a check: 1 for the one that holds.',
      points: entries.flatMap(([check, { status }]) => toStatePoints(status, { check })),
    },
    {
      name: 'hale_check_status_since_timestamp_seconds',
      type: 'gauge',
      help: 'When the status of a check became what it is.',
      points: each(({ since }) => toSeconds(since)),
    },
    {
      name: 'hale_check_transitions',
      type: 'counter',
      help: 'How often the status of a check has changed.',
      points: each(({ transitions }) => transitions),
    },
    {
      name: 'hale_check_age_seconds',
      type: 'gauge',
      help: 'How long ago the last run of a check answered.',
      points: each(({ ageMs }) => toSeconds(ageMs)),
    },
    {
      name: 'hale_check_duration_seconds',
      type: 'summary',
      help: 'How long runs of a check take, at most its timeout; quantiles of the last five minutes or 30 runs, of dependencies.',
      points: each(toSummary),
    },
    {
      name: 'hale_check_last_duration_seconds',
      type: 'gauge',
      help: 'How long the last run of a check took.',
      points: each(({ durationMs }) => toSeconds(durationMs)),
    },
    {
      name: 'hale_check_usual_duration_seconds',
      type: 'gauge',
      help: 'What the 0.95 quantile of a check’s durations usually is: the median of that of past windows.',
      points: each(({ durations }) => toSeconds(durations?.usualMs)),
    },
    {
      name: 'hale_check_failures',
      type: 'counter',
      help: 'Runs of a check that found it unhealthy or unknown, believed or not.',
      points: each(({ totals }) => totals?.failures),
    },
    {
      name: 'hale_check_consecutive_failures',
      type: 'gauge',
      help: 'How many runs of a check failed in a row, up to the last.',
      points: each(({ consecutiveFailures }) => consecutiveFailures),
    },
    {
      name: 'hale_check_maintenance_end_timestamp_seconds',
      type: 'gauge',
      help: 'When the maintenance of a check ends by itself.',
      points: each(({ until }) => toSeconds(until)),
    },
  ]
}

function toSummary({ durations, totals }: CheckReport): SummaryFigures | undefined {
  if (totals === undefined) return undefined
  const quantiles = (
    [
      [0.5, durations?.p50Ms],
      [0.95, durations?.p95Ms],
    ] as const
  ).flatMap(([quantile, ms]) => {
    const seconds = toSeconds(ms)
    return seconds === undefined ? [] : [[quantile, seconds] as const]
  })
  return { quantiles, sum: toSeconds(totals.durationMs) ?? 0, count: totals.runs }
}
