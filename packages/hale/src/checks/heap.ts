import { constants, PerformanceObserver } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import { resourceLimits } from 'node:worker_threads'
import { defineCheck, type LocalCheck } from '../core/check.ts'
import { formatBytes } from '../core/figures.ts'
import type { Rules } from '../core/rules.ts'
import { round } from './support/amount.ts'
import { limitRules, SHARE } from './support/limit-rules.ts'
import { judgeLevel, readShares, type Share } from './support/limits.ts'
import { refuseMisuse } from './support/misuse.ts'

export interface HeapOptions {
  /** Degraded when more than this share of the heap's limit is in use. Default `80%`. */
  readonly degraded?: Share
  /** Unhealthy when more than this is in use. Default `92%`. */
  readonly unhealthy?: Share
}

const DEFAULTS = { degraded: '80%', unhealthy: '92%' }

const RULES: Rules<HeapOptions> = limitRules('degraded', 'unhealthy', SHARE, DEFAULTS)

/**
 * JavaScript heap in use against the limit of its old generation (`--max-old-space-size`), at which the process aborts. What counts is what was
 * left after the last full garbage collection, for a heap full of garbage is not a full one; before the first one all of
 * it. Costs one call into V8 per run and one after each full collection, some µs each.
 *
 * Observed: used share of the limit in %.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function heap(options: HeapOptions = {}): LocalCheck {
  refuseMisuse('heap', options, RULES)
  const limits = readShares(options, DEFAULTS)
  let kept: number | undefined
  const observer = new PerformanceObserver((list) => {
    // `detail` is there for this type of entry (https://nodejs.org/api/perf_hooks.html#garbage-collection-gc-details).
    const full = list.getEntries().some((entry) => isFull((entry as { readonly detail?: unknown }).detail))
    if (full) kept = getHeapStatistics().used_heap_size
  })
  const limit = readLimit()
  let observing = false

  return defineCheck({
    kind: 'heap',
    scope: 'local',
    run() {
      if (!observing) observer.observe({ entryTypes: ['gc'] })
      observing = true
      const used = getHeapStatistics().used_heap_size
      const live = Math.min(used, kept ?? used)
      const percent = (live / limit) * 100
      return judgeLevel(
        {
          value: percent,
          unit: '%',
          figures: `${formatBytes(live)} of ${formatBytes(limit)} of the heap in use (${round(percent)} %)`,
          advice:
            'Look for a leak with a heap snapshot (node --heapsnapshot-near-heap-limit=1), or raise --max-old-space-size.',
          data: { liveBytes: live, usedBytes: used, limitBytes: limit },
        },
        limits,
      )
    },
    close() {
      observer.disconnect()
      observing = false
    },
  })
}

/** V8's largest young generation, which `heap_size_limit` takes in: three semi-spaces of 64 MiB; less before Node 24. */
const YOUNG_BYTES = 192 * 2 ** 20

/**
 * Bytes that the old generation may have. V8 tells only the sum of both, which a small heap never reaches, so what was asked
 * for goes before that: of a worker its `resourceLimits`, of a process its flags.
 */
function readLimit(): number {
  const flags = [process.env['NODE_OPTIONS'] ?? '', ...process.execArgv].join(' ')
  const [, flag] = [...flags.matchAll(/--max[-_]old[-_]space[-_]size[= ](\d+)/g)].at(-1) ?? []
  const megabytes = resourceLimits.maxOldGenerationSizeMb ?? Number(flag)
  if (megabytes > 0) return megabytes * 2 ** 20
  const { heap_size_limit: both } = getHeapStatistics()
  return Math.max(both / 2, both - YOUNG_BYTES)
}

function isFull(detail: unknown): boolean {
  return (detail as { readonly kind?: unknown } | undefined)?.kind === constants.NODE_PERFORMANCE_GC_MAJOR
}
