// An app of 10,000 instant checks with one exporter, or none. Tells what it found to the process that started it.
import { setTimeout as sleep } from 'node:timers/promises'
import { metrics, trace } from '@opentelemetry/api'
import { createHealth, healthy } from 'hale'
import { createDatadogExporter } from 'hale/exporters/datadog'
import { createOpenTelemetryExporter } from 'hale/exporters/opentelemetry'

export type Way = 'none' | 'healthy' | 'hung' | 'opentelemetry without SDK'

export interface AppFigures {
  readonly longestMs: number
  readonly p999Ms: number
  readonly cpuS: number
  readonly heapMB: number
  readonly sent: number
  readonly dropped: number
  readonly queued: number
}

const CHECKS = 10_000
const MEASURE_MS = 40_000

function threadMs(): number {
  const { system, user } = process.threadCpuUsage()
  return (system + user) / 1_000
}

function heapMB(): number {
  globalThis.gc?.()
  const { arrayBuffers, heapUsed } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 1e6
}

const [way, endpoint = ''] = process.argv.slice(2)
const names = Array.from({ length: CHECKS }, (_, index) => `check-${index}`)
const health = createHealth({ checks: Object.fromEntries(names.map((name) => [name, () => healthy()])) })
// All have run, and what is compiled late is compiled.
await sleep(15_000)
heapMB()

const exporter =
  endpoint === ''
    ? undefined
    : createDatadogExporter(health, { apiKey: 'k'.repeat(32), endpoint, logger: { error: () => undefined } })
if (way === 'opentelemetry without SDK') {
  createOpenTelemetryExporter(health, { meter: metrics.getMeter('hale'), tracer: trace.getTracer('hale') })
}

const holds: number[] = []
let last = threadMs()
let lastAt = performance.now()
const startedAt = last
const timer = setInterval(() => {
  const now = threadMs()
  const at = performance.now()
  // The kernel counts a thread's time by its ticks of 4 ms, so that a millisecond may read 4; none is longer than it lasted.
  holds.push(Math.min(now - last, at - lastAt))
  last = now
  lastAt = at
}, 1)
await sleep(MEASURE_MS)
clearInterval(timer)
const cpuS = (threadMs() - startedAt) / 1_000
holds.sort((a, b) => a - b)
const figures: AppFigures = {
  longestMs: holds.at(-1) ?? Number.NaN,
  p999Ms: holds[Math.floor(holds.length * 0.999)] ?? Number.NaN,
  cpuS,
  sent: 0,
  dropped: 0,
  queued: 0,
  ...exporter?.figures,
  heapMB: heapMB(),
}
process.send?.(figures, () => process.exit())
