import { hostname } from 'node:os'
import { oneOf, textRule, type Rules } from '../core/rules.ts'
import { serviceCheckName, tagsRule, toEvent, toServiceCheckStatus, toTags } from './support/datadog.ts'
import type { Delivery } from './support/delivery.ts'
import { createPoster, type Post } from './support/http-post.ts'
import { endpointRule, keyRule, PUSH_RULES, refuseMisuse } from './support/options.ts'
import { toNumber } from './support/place.ts'
import { createPushExporter, lane, type Exporter, type PushOptions } from './support/push-exporter.ts'
import type { GaugeSignal, RunSignal, StatusSignal, TransitionSignal } from './support/signal.ts'
import type { ExportedHealth } from './support/watch-health.ts'

export type { Exporter } from './support/push-exporter.ts'

/** Where an organisation's data lives. */
export const DATADOG_SITES = [
  'datadoghq.com',
  'us3.datadoghq.com',
  'us5.datadoghq.com',
  'datadoghq.eu',
  'ap1.datadoghq.com',
  'ap2.datadoghq.com',
  'ddog-gov.com',
] as const

export interface DatadogOptions extends PushOptions {
  /** Organization settings, API keys. Not an application key. */
  readonly apiKey: string
  /** Default `datadoghq.com`. */
  readonly site?: (typeof DATADOG_SITES)[number]
  /** Instead of a site: a proxy, or another server that takes what Datadog takes. Its path is kept. Default: the site's own. */
  readonly endpoint?: string | URL
  /** The form of gauges and counts. `v1` is for other servers that know no other. Default `v2`. */
  readonly series?: 'v1' | 'v2'
  /** Default: this machine's name. */
  readonly host?: string
  /** Added to everything: `{ env: 'prod' }`. Default none. */
  readonly tags?: Readonly<Record<string, string>>
}

const RULES: Rules<DatadogOptions> = {
  apiKey: keyRule("use an API key of your organisation's settings, from a variable such as DD_API_KEY"),
  site: oneOf(...DATADOG_SITES),
  endpoint: endpointRule,
  series: oneOf('v1', 'v2'),
  host: textRule,
  tags: tagsRule,
  ...PUSH_RULES,
}

/**
 * Tells Datadog over HTTPS, without an agent: service checks, gauges, a distribution of the duration of runs in seconds, and
 * an event and a count for each transition. Each kind has its own queue.
 *
 * @throws {HealthSetupError} when the options cannot work.
 * @see https://docs.datadoghq.com/api/latest/
 */
export function createDatadogExporter(health: ExportedHealth, options: DatadogOptions): Exporter {
  refuseMisuse('datadog', options, RULES)
  const { apiKey, host = hostname(), series = 'v2', site = 'datadoghq.com', tags = {} } = options
  const poster = createPoster()
  const about: About = { host, own: Object.entries(tags).map(([name, value]) => `${name}:${value}`) }
  const send = (path: string, body: unknown, encoding: Post['encoding'], signal: AbortSignal): Promise<Delivery> => {
    const base = String(options.endpoint ?? `https://api.${site}`).replace(/\/$/, '')
    return poster.post({
      url: new URL(`${base}/api/${path}`),
      headers: { 'dd-api-key': apiKey },
      body,
      encoding,
      signal,
    })
  }
  return createPushExporter(health, options, {
    name: 'datadog',
    lanes: [
      lane(['gauge'], 100, (batch, signal) => {
        const body = { series: batch.map((each) => toSeries(each, series, about)) }
        return send(`${series}/series`, body, 'deflate', signal)
      }),
      lane(['run'], 250, (batch, signal) =>
        send('v1/distribution_points', { series: toDistributions(batch, about) }, 'deflate', signal),
      ),
      lane(['status'], 250, (batch, signal) =>
        send(
          'v1/check_run',
          batch.map((each) => toCheckRun(each, about)),
          'identity',
          signal,
        ),
      ),
      // One event a request: there is no other way.
      lane(['transition'], 1, async (batch, signal) => {
        const [transition] = batch
        return send('v1/events', transition && toEventBody(transition, about), 'identity', signal)
      }),
    ],
    release: () => poster.close(),
  })
}

interface About {
  readonly host: string
  readonly own: readonly string[]
}

const toSeconds = (at: number): number => Math.floor(at / 1_000)

function toSeries(signal: GaugeSignal, version: 'v1' | 'v2', { host, own }: About): object {
  const { name, value } = toNumber(signal)
  const tags = toTags(signal, own)
  const timestamp = toSeconds(signal.at)
  return version === 'v1'
    ? { metric: name, type: 'gauge', points: [[timestamp, value]], host, tags }
    : { metric: name, type: 3, points: [{ timestamp, value }], resources: [{ type: 'host', name: host }], tags }
}

/** Runs that share their tags and their second share a point. */
function toDistributions(runs: readonly RunSignal[], { host, own }: About): object[] {
  const series = new Map<string, { readonly tags: readonly string[]; readonly points: Map<number, number[]> }>()
  for (const run of runs) {
    const tags = toTags(run, own)
    const one = series.get(tags.join(',')) ?? { tags, points: new Map<number, number[]>() }
    series.set(tags.join(','), one)
    const at = toSeconds(run.at)
    one.points.set(at, [...(one.points.get(at) ?? []), run.seconds])
  }
  return [...series.values()].map(({ points, tags }) => ({
    metric: 'hale.check.duration',
    type: 'distribution',
    points: [...points],
    host,
    tags,
  }))
}

function toCheckRun(signal: StatusSignal, { host, own }: About): object {
  const status = toServiceCheckStatus(signal.status)
  return {
    check: serviceCheckName(signal.check),
    host_name: host,
    status,
    timestamp: toSeconds(signal.at),
    tags: toTags(signal, own),
    ...(status === 0 || signal.message === undefined ? {} : { message: signal.message }),
  }
}

function toEventBody(signal: TransitionSignal, { host, own }: About): object {
  const { alertType, key, text, title } = toEvent(signal)
  return {
    title,
    text,
    date_happened: toSeconds(signal.at),
    alert_type: alertType,
    aggregation_key: key,
    host,
    tags: toTags(signal, own),
  }
}
