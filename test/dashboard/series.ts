import type { SampleSeries, Target } from '@hale/contract'
import { prng } from './world.ts'

/** Latency of a target over a range: a daily swing, noise, a slow tail, failures while it is broken, one gap in which nobody looked. */
export function makeSeries(target: Target, from: number, to: number): SampleSeries {
  const random = prng(3)
  const bucketMs = Math.max(target.everyMs, Math.round((to - from) / 240))
  const base = target.durationMs ?? 60
  const gap = [from + (to - from) * 0.31, from + (to - from) * 0.36] as const
  const points: SampleSeries['points'] = []
  for (let at = from; at < to; at += bucketMs) {
    if (at > gap[0] && at < gap[1]) continue
    const count = Math.max(1, Math.round(bucketMs / target.everyMs))
    const broken = target.status === 'unhealthy' && at >= target.since
    const p50 = base * (1 + 0.25 * Math.sin(at / 7e6) + 0.15 * random())
    const slow = p50 * (1.4 + random() * random() * 2)
    const measured = !broken
    points.push({
      at,
      count,
      failed: broken ? count : random() < 0.006 ? 1 : 0,
      p50: measured ? p50 : null,
      p95: measured ? slow : null,
      p99: measured ? slow * (1.1 + random() * 0.6) : null,
      max: measured ? slow * 1.9 : null,
    })
  }
  return { from, to, bucketMs, source: to - from > 48 * 3_600_000 ? 'hours' : 'samples', points }
}
