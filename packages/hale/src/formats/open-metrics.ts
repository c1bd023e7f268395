import type { CheckReport, Report } from '../core/report.ts'
import { STATUSES, type Status } from '../core/status.ts'
import type { Format, WriteOptions } from './format.ts'

type Labels = Readonly<Record<string, string>>

interface Sample {
  readonly labels: Labels
  readonly value: number
}

interface Family {
  /** Without the `_total` of counters. */
  readonly name: string
  readonly type: 'gauge' | 'counter' | 'info'
  readonly help: string
  readonly samples: readonly Sample[]
}

/**
 * Metrics for Prometheus and all who scrape like it. A status is a set of gauges, of which the one that holds is 1. Checks
 * are labelled by their registered names, never by what they answer, so the set of labels is bounded (E11). Without the key
 * there is the status of the whole and nothing else (E10).
 *
 * Scraping asks no check and always finds 200: a target that is down would lose its metrics just when they matter (E11).
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export const openMetricsFormat: Format = {
  name: 'open-metrics',
  contentTypes: ['application/openmetrics-text'],
  contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  passive: true,
  write: (report, options) => `${toFamilies(report, options).map(toOpenMetrics).join('')}# EOF\n`,
}

/** The same in Prometheus' older text format, for scrapers that do not know OpenMetrics. */
export const prometheusFormat: Format = {
  name: 'prometheus',
  contentTypes: ['text/plain'],
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  passive: true,
  write: (report, options) => toFamilies(report, options).map(toPrometheus).join(''),
}

function toFamilies(report: Report, { detail }: WriteOptions): Family[] {
  const whole: Family = {
    name: 'hale_status',
    type: 'gauge',
    help: 'The status of the whole: 1 for the one that holds.',
    samples: stateSet(report.status, {}),
  }
  if (!detail) return [whole]
  const { name, version = '' } = report.service ?? {}
  const service: Family = {
    name: 'hale_service',
    type: 'info',
    help: 'Who this is.',
    samples: name === undefined ? [] : [{ labels: { name, version }, value: 1 }],
  }
  return [service, whole, ...toCheckFamilies(report)].filter(({ samples }) => samples.length > 0)
}

function toCheckFamilies({ checks }: Report): Family[] {
  const entries = Object.entries(checks)
  const sample = (pick: (check: CheckReport) => number | undefined): Sample[] =>
    entries.flatMap(([check, line]) => {
      const value = pick(line)
      return value === undefined ? [] : [{ labels: { check }, value }]
    })
  return [
    {
      name: 'hale_check',
      type: 'info',
      help: 'What a check is of and what its failure does to the whole.',
      samples: entries.map(([check, { impact = '', kind = '' }]) => ({ labels: { check, kind, impact }, value: 1 })),
    },
    {
      name: 'hale_check_status',
      type: 'gauge',
      help: 'The status of a check: 1 for the one that holds.',
      samples: entries.flatMap(([check, { status }]) => stateSet(status, { check })),
    },
    {
      name: 'hale_check_duration_seconds',
      type: 'gauge',
      help: 'How long the last run of a check took.',
      samples: sample(({ durationMs }) => toSeconds(durationMs)),
    },
    {
      name: 'hale_check_age_seconds',
      type: 'gauge',
      help: 'How long ago the last run of a check answered.',
      samples: sample(({ ageMs }) => toSeconds(ageMs)),
    },
    {
      name: 'hale_check_status_since_timestamp_seconds',
      type: 'gauge',
      help: 'When the status of a check became what it is.',
      samples: sample(({ since }) => toSeconds(since)),
    },
    {
      name: 'hale_check_consecutive_failures',
      type: 'gauge',
      help: 'How many runs of a check failed in a row, up to the last.',
      samples: sample(({ consecutiveFailures }) => consecutiveFailures),
    },
    {
      name: 'hale_check_transitions',
      type: 'counter',
      help: 'How often the status of a check has changed since the process started.',
      samples: sample(({ transitions }) => transitions),
    },
  ]
}

function stateSet(status: Status, labels: Labels): Sample[] {
  return STATUSES.map((each) => ({ labels: { ...labels, status: each }, value: each === status ? 1 : 0 }))
}

function toSeconds(ms: number | undefined): number | undefined {
  return ms === undefined || !Number.isFinite(ms) ? undefined : Math.round(ms * 1_000) / 1_000_000
}

function toOpenMetrics({ help, name, samples, type }: Family): string {
  const suffix = type === 'counter' ? '_total' : type === 'info' ? '_info' : ''
  const unit = name.endsWith('_seconds') ? `# UNIT ${name} seconds\n` : ''
  return `# TYPE ${name} ${type}\n${unit}# HELP ${name} ${help}\n${toLines(name + suffix, samples)}`
}

/** It has no type for information, and names a counter with its suffix. */
function toPrometheus({ help, name, samples, type }: Family): string {
  const full = type === 'counter' ? `${name}_total` : type === 'info' ? `${name}_info` : name
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type === 'info' ? 'gauge' : type}\n${toLines(full, samples)}`
}

function toLines(name: string, samples: readonly Sample[]): string {
  return samples.map(({ labels, value }) => `${name}${toLabels(labels)} ${value}\n`).join('')
}

function toLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escapeLabel(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escapeLabel(value: string): string {
  return value.toWellFormed().replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
}
