/** A family of series of one meaning. Names and units as Prometheus and OpenMetrics ask for them: base units, `_total` left off. */
export interface MetricFamily {
  readonly name: string
  readonly type: 'gauge' | 'counter' | 'histogram'
  readonly help: string
  readonly points: readonly MetricPoint[]
}

export interface MetricPoint {
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number | Histogram
}

/** Counts of the values up to each bound, the last without one; `sum` of all values. */
export interface Histogram {
  readonly bounds: readonly number[]
  /** One more than there are bounds; not cumulative. */
  readonly counts: readonly number[]
  readonly sum: number
}

export type Exposition = 'text' | 'openmetrics'

export const CONTENT_TYPES: Readonly<Record<Exposition, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
}

/** What a scraper's Accept header asks for; the classic text unless it names OpenMetrics. */
export function chooseExposition(accept: string | undefined): Exposition {
  return accept?.includes('application/openmetrics-text') === true ? 'openmetrics' : 'text'
}

/** Writes families as text. The formats differ in the counter's family name and in the end mark. */
export function writeMetrics(families: readonly MetricFamily[], exposition: Exposition): string {
  const parts: string[] = []
  for (const family of families) {
    const { name, type, help, points } = family
    const series = type === 'counter' ? `${name}_total` : name
    const title = exposition === 'text' ? series : name
    parts.push(`# HELP ${title} ${escape(help, exposition === 'openmetrics')}\n# TYPE ${title} ${type}\n`)
    for (const { labels = {}, value } of points) {
      if (typeof value === 'number') parts.push(`${series}${writeLabels(labels)} ${writeNumber(value)}\n`)
      else parts.push(...writeHistogram(name, labels, value))
    }
  }
  if (exposition === 'openmetrics') parts.push('# EOF\n')
  return parts.join('')
}

function writeHistogram(
  name: string,
  labels: Readonly<Record<string, string>>,
  { bounds, counts, sum }: Histogram,
): readonly string[] {
  let cumulative = 0
  const buckets = counts.map((count, index) => {
    cumulative += count
    const le = bounds[index]
    return `${name}_bucket${writeLabels({ ...labels, le: le === undefined ? '+Inf' : writeBound(le) })} ${cumulative}\n`
  })
  return [
    ...buckets,
    `${name}_sum${writeLabels(labels)} ${writeNumber(sum)}\n`,
    `${name}_count${writeLabels(labels)} ${cumulative}\n`,
  ]
}

function writeLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(value, true)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

/** OpenMetrics wants bounds to be floats. */
function writeBound(bound: number): string {
  return Number.isInteger(bound) ? bound.toFixed(1) : String(bound)
}

function writeNumber(value: number): string {
  return value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value)
}

function escape(text: string, quotes: boolean): string {
  const escaped = text.toWellFormed().replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  return quotes ? escaped.replaceAll('"', '\\"') : escaped
}
