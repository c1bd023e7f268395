import type { TargetKind } from '@hale/contract'
import { Histogram } from 'hale/core/histogram'
import type { MetricFamily } from 'hale/formats/exposition'
import type { TickNews, TickSource } from '../../evaluate/news.ts'

/** Counts every probe that was committed, by the kind of its target: bounded, however many targets there are (E11). */
export interface ProbeMetrics extends Disposable {
  families(): readonly MetricFamily[]
}

/** Seconds: from a neighbour that is kept alive to the longest sensible timeout. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const

interface Sums {
  readonly durations: Histogram
  readonly byStatus: Map<string, number>
}

export function createProbeMetrics(source: TickSource): ProbeMetrics {
  const kinds = new Map<TargetKind, Sums>()
  const stop = source.subscribe((news: TickNews) => {
    for (const { spec, samples } of news.targets) {
      const sums = kinds.get(spec.kind) ?? { durations: new Histogram(BOUNDS), byStatus: new Map() }
      kinds.set(spec.kind, sums)
      for (const { status, durationMs } of samples) {
        sums.byStatus.set(status, (sums.byStatus.get(status) ?? 0) + 1)
        if (durationMs !== undefined) sums.durations.add(durationMs / 1_000)
      }
    }
  })
  return {
    families: () => [
      {
        name: 'hale_probes',
        type: 'counter',
        help: 'Probes committed since the start, by what they found.',
        points: [...kinds].flatMap(([kind, { byStatus }]) =>
          [...byStatus].map(([status, value]) => ({ labels: { kind, status }, value })),
        ),
      },
      {
        name: 'hale_probe_duration_seconds',
        type: 'histogram',
        help: 'How long probes took.',
        points: [...kinds].map(([kind, { durations }]) => ({ labels: { kind }, value: durations.read() })),
      },
    ],
    [Symbol.dispose]: stop,
  }
}
