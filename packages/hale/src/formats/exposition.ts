import type { HistogramCounts } from '../core/histogram.ts'

/** A family of series of one meaning. */
export interface MetricFamily {
  /** As Prometheus and OpenMetrics ask for: base units, at the end; without the `_total` of counters and the `_info` of info. */
  readonly name: string
  readonly type: 'gauge' | 'counter' | 'info' | 'histogram' | 'summary'
  readonly help: string
  readonly points: readonly MetricPoint[]
}

export interface MetricPoint {
  readonly labels?: Labels
  readonly value: number | HistogramCounts | SummaryFigures
}

export type Labels = Readonly<Record<string, string>>

/** Quantiles of late, and the sum and number of all values ever. */
export interface SummaryFigures {
  /** Pairs of a quantile from 0 to 1 and its value. */
  readonly quantiles: readonly (readonly [quantile: number, value: number])[]
  readonly sum: number
  readonly count: number
}

/** Prometheus' text format 0.0.4, or OpenMetrics 1.0. */
export type Exposition = 'text' | 'openmetrics'

export const METRICS_TYPES: Readonly<Record<Exposition, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
}

/**
 * Writes families as text; those without points are left out. Samples are the same in both formats, so that rules hold
 * whichever was scraped; what differs is the title of counters and info, `UNIT`, the quotes in `HELP` and the end mark.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function writeMetrics(families: readonly MetricFamily[], exposition: Exposition): string {
  const toText = exposition === 'text' ? toClassic : toOpenMetrics
  const text = families
    .filter(({ points }) => points.length > 0)
    .map(toText)
    .join('')
  return exposition === 'text' ? text : `${text}# EOF\n`
}

function toOpenMetrics(family: MetricFamily): string {
  const { help, name, type } = family
  const unit = UNIT.exec(name)?.[1]
  const units = unit === undefined ? '' : `# UNIT ${name} ${unit}\n`
  return `# TYPE ${name} ${type}\n${units}# HELP ${name} ${escapeLabel(help)}\n${toLines(family)}`
}

/** It has no type for information, and names a counter with its suffix. */
function toClassic(family: MetricFamily): string {
  const { help, type } = family
  const title = titleOf(family)
  return `# HELP ${title} ${escape(help)}\n# TYPE ${title} ${type === 'info' ? 'gauge' : type}\n${toLines(family)}`
}

const UNIT = /_(seconds|bytes|ratio)$/

function titleOf({ name, type }: MetricFamily): string {
  return type === 'counter' ? `${name}_total` : type === 'info' ? `${name}_info` : name
}

function toLines(family: MetricFamily): string {
  const title = titleOf(family)
  return family.points
    .map(({ labels = {}, value }) => {
      if (typeof value === 'number') return toLine(title, labels, value)
      return 'bounds' in value ? toBuckets(title, labels, value) : toQuantiles(title, labels, value)
    })
    .join('')
}

function toBuckets(name: string, labels: Labels, { bounds, counts, sum }: HistogramCounts): string {
  let count = 0
  const buckets = counts.map((each, place) => {
    count += each
    return toLine(`${name}_bucket`, { ...labels, le: toFloat(bounds[place] ?? Infinity) }, count)
  })
  return buckets.join('') + toTotals(name, labels, sum, count)
}

function toQuantiles(name: string, labels: Labels, { count, quantiles, sum }: SummaryFigures): string {
  const lines = quantiles.map(([quantile, value]) => toLine(name, { ...labels, quantile: toFloat(quantile) }, value))
  return lines.join('') + toTotals(name, labels, sum, count)
}

function toTotals(name: string, labels: Labels, sum: number, count: number): string {
  return toLine(`${name}_sum`, labels, sum) + toLine(`${name}_count`, labels, count)
}

function toLine(name: string, labels: Labels, value: number): string {
  return `${name}${toLabels(labels)} ${toNumber(value)}\n`
}

function toLabels(labels: Labels): string {
  let pairs = ''
  for (const label of Object.keys(labels)) {
    pairs += `${pairs === '' ? '{' : ','}${label}="${escapeLabel(labels[label] ?? '')}"`
  }
  return pairs === '' ? '' : `${pairs}}`
}

/** OpenMetrics wants bounds and quantiles to be floats. */
function toFloat(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : toNumber(value)
}

function toNumber(value: number): string {
  return value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value)
}

/** Nothing in it is to be escaped: nearly every label, of which ten thousand checks have two hundred thousand. */
const PLAIN = /^[^\\\n"\uD800-\uDFFF]*$/

function escapeLabel(text: string): string {
  if (PLAIN.test(text)) return text
  return escape(text).replaceAll('"', '\\"')
}

function escape(text: string): string {
  return text.toWellFormed().replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}
