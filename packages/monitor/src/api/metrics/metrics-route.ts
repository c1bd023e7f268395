import type { Clock } from 'hale'
import { METRICS_TYPES, writeMetrics, type MetricFamily } from 'hale/formats/exposition'
import { lazyOpenMetrics, lazyPrometheus } from 'hale/formats/lazy'
import { negotiateFormat } from 'hale/formats/negotiate'
import type { Picture } from '../../live/picture.ts'
import type { Store } from '../../store/store.ts'
import type { TickStats } from '../../tick.ts'
import type { App, RouteAccess } from '../app.ts'
import { createProbeMetrics } from './probe-metrics.ts'
import { gauge, processMetrics } from './process-metrics.ts'
import { targetMetrics } from './target-metrics.ts'

export interface MetricsOptions {
  readonly picture: Picture
  readonly history: Pick<Store['history'], 'notifications'>
  readonly stats: (() => TickStats) | undefined
  readonly streams: () => number
  readonly version: string
  readonly clock: Clock
  readonly access: RouteAccess
}

/** Beyond this the outbox is counted no further. */
const MOST_COUNTED = 1_000
/** Scrapes closer together share one count. */
const COUNT_FRESH_MS = 5_000

/** `/metrics` for Prometheus. Asks no target, and answers 200 whatever is wrong: a failed scrape loses the metrics (E11). */
export function metricsRoute(app: App, options: MetricsOptions): Disposable {
  const { clock, picture, stats, version } = options
  const probes = createProbeMetrics(picture.source)
  const pending = createPendingCount(options)
  app.get('/metrics', { config: { access: options.access }, schema: { hide: true } }, async ({ headers }, reply) => {
    const format = negotiateFormat(headers.accept, [lazyPrometheus, lazyOpenMetrics])
    const exposition = format === lazyOpenMetrics ? 'openmetrics' : 'text'
    const families = [
      ...targetMetrics(picture.snapshots(), clock.now()),
      ...probes.families(),
      ...outbox(await pending()),
      gauge('hale_storage_up', '0 while commits fail.', picture.storageOk ? 1 : 0),
      gauge('hale_streams', 'Pages that follow live.', options.streams()),
      ...(stats === undefined ? [] : tickMetrics(stats())),
      ...processMetrics(version),
    ]
    return await reply.type(METRICS_TYPES[exposition]).send(writeMetrics(families, exposition))
  })
  return probes
}

function outbox(pending: number | undefined): readonly MetricFamily[] {
  const help = `Notifications that wait for delivery, counted up to ${MOST_COUNTED}.`
  return pending === undefined ? [] : [gauge('hale_outbox_pending', help, pending)]
}

function tickMetrics({ commits, failures, dropped, lastMs, waiting }: TickStats): readonly MetricFamily[] {
  const counter = (name: string, help: string, value: number): MetricFamily => ({
    name,
    type: 'counter',
    help,
    points: [{ value }],
  })
  return [
    counter('hale_ticks', 'Ticks committed.', commits),
    counter('hale_tick_failures', 'Ticks that could not be committed.', failures),
    counter('hale_reports_dropped', 'Probe results dropped because storage failed for too long.', dropped),
    gauge('hale_tick_last_duration_seconds', 'How long the last tick took.', lastMs / 1_000),
    gauge('hale_reports_waiting', 'Probe results that wait for a tick.', waiting),
  ]
}

/** Undefined while the store cannot say: the other metrics do not go away with it. */
function createPendingCount({ history, clock }: MetricsOptions): () => Promise<number | undefined> {
  let kept: { readonly count: Promise<number | undefined>; readonly at: number } | undefined
  return () => {
    if (kept === undefined || clock.now() - kept.at >= COUNT_FRESH_MS) {
      const count = history.notifications({ status: 'pending', limit: MOST_COUNTED }).then(
        ({ length }) => length,
        () => undefined,
      )
      kept = { count, at: clock.now() }
    }
    return kept.count
  }
}
