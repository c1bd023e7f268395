import type { MetricFamily } from 'hale/formats/exposition'

/** The process itself, under the names that Prometheus' own clients use. */
export function processMetrics(version: string): readonly MetricFamily[] {
  const { user, system } = process.cpuUsage()
  return [
    {
      name: 'hale_build',
      type: 'info',
      help: 'What runs.',
      points: [{ labels: { version, node: process.versions.node }, value: 1 }],
    },
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
export function gauge(name: string, help: string, value: number): MetricFamily {
  return { name, type: 'gauge', help, points: [{ value }] }
}
