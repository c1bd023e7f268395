import { METRICS_TYPES, writeMetrics, type Exposition, type MetricFamily } from './exposition.ts'
import type { Format } from './format.ts'
import { reportMetrics } from './report-metrics.ts'

/** Metrics for Prometheus and all who scrape like it; see {@link toMetricsFormat}. */
export const openMetricsFormat: Format = toMetricsFormat('openmetrics')

/** The same in Prometheus' older text format, for scrapers that do not know OpenMetrics. */
export const prometheusFormat: Format = toMetricsFormat('text')

/**
 * Scraping asks no check and always finds 200: a target that is down would lose its metrics just when they matter (E11).
 *
 * @param more metrics besides those of the report, for callers with the key.
 */
export function toMetricsFormat(exposition: Exposition, more: () => readonly MetricFamily[] = () => []): Format {
  const contentType = METRICS_TYPES[exposition]
  return {
    name: exposition === 'text' ? 'prometheus' : 'open-metrics',
    contentTypes: [exposition === 'text' ? 'text/plain' : 'application/openmetrics-text'],
    contentType,
    passive: true,
    write: (report, { detail }) =>
      writeMetrics([...reportMetrics(report, detail), ...(detail ? more() : [])], exposition),
  }
}
