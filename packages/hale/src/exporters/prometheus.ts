import type { Health } from '../core/health.ts'
import type { Traffic } from '../core/traffic.ts'
import { isFunction, isObject, optional, type Rules } from '../core/rules.ts'
import type { Format } from '../formats/format.ts'
import type { MetricFamily } from '../formats/exposition.ts'
import { toMetricsFormat } from '../formats/open-metrics.ts'
import { toSeconds } from '../formats/report-metrics.ts'
import { refuseMisuse } from './support/options.ts'

export interface MetricsOptions {
  /** The app's requests, whose rate, errors and durations by route are told too. Default: none. */
  readonly traffic?: Traffic
}

const RULES: Rules<MetricsOptions> = {
  traffic: optional('made by createTraffic', (it) => isObject(it) && isFunction(it['totals'])),
}

/**
 * What `/health/metrics` is answered with, in Prometheus' text format and OpenMetrics, for the option `metrics` of every
 * adapter. Needed for more than the checks only: those are there without it.
 */
export function metricsFormats(options: MetricsOptions): readonly [Format, Format] {
  refuseMisuse('prometheus', options, RULES)
  const more = (): readonly MetricFamily[] => trafficMetrics(options)
  return [toMetricsFormat('text', more), toMetricsFormat('openmetrics', more)]
}

/**
 * The metrics as text, in Prometheus' format 0.0.4, to be put behind those of an app that has a `/metrics` of its own.
 * Asks no check (E11). All names begin with `hale_`.
 */
export function metricsText(health: Health, options: MetricsOptions = {}): string {
  const [format] = metricsFormats(options)
  return format.write(health.view('all').report({ detail: true }), { detail: true })
}

function trafficMetrics({ traffic }: MetricsOptions): readonly MetricFamily[] {
  if (traffic === undefined) return []
  const totals = traffic.routes().flatMap((route) => {
    const found = traffic.totals(route)
    return found === undefined ? [] : [{ labels: { route }, ...found }]
  })
  return [
    {
      name: 'hale_http_request_duration_seconds',
      type: 'histogram',
      help: 'How long the app’s requests took, by the pattern of their route.',
      points: totals.map(({ durations: { bounds, counts, sum }, labels }) => ({
        labels,
        value: { bounds: bounds.map((ms) => ms / 1_000), counts, sum: toSeconds(sum) ?? 0 },
      })),
    },
    {
      name: 'hale_http_request_errors',
      type: 'counter',
      help: 'Requests that were answered with 500 or above.',
      points: totals.map(({ errors, labels }) => ({ labels, value: errors })),
    },
  ]
}
