import type { MetricFamily } from './exposition.ts'

/** The process itself, under the names that Prometheus' own clients use. */
export function processMetrics(version: string): readonly MetricFamily[] {
  const { user, system } = process.cpuUsage()
  return [
    gauge('hale_build_info', 'Always 1; the labels say what runs.', 1, { version, node: process.versions.node }),
    {
      name: 'process_cpu_seconds',
      type: 'counter',
      help: 'CPU time used.',
      points: [{ value: (user + system) / 1e6 }],
    },
    gauge('process_resident_memory_bytes', 'Memory in use.', process.memoryUsage.rss()),
    gauge('process_start_time_seconds', 'When the process began.', Math.round(performance.timeOrigin) / 1_000),
  ]
}

/** A family of one series. */
export function gauge(
  name: string,
  help: string,
  value: number,
  labels: Readonly<Record<string, string>> = {},
): MetricFamily {
  return { name, type: 'gauge', help, points: [{ labels, value }] }
}
