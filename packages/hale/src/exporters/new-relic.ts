import { show } from '../core/misuse.ts'
import { isWhole, oneOf, required, textsRule, type Rules } from '../core/rules.ts'
import type { Delivery } from './support/delivery.ts'
import { createPoster } from './support/http-post.ts'
import { endpointRule, keyRule, PUSH_RULES, refuseMisuse } from './support/options.ts'
import { toNumber } from './support/place.ts'
import { createPushExporter, lane, type Exporter, type PushOptions } from './support/push-exporter.ts'
import { METRICS, type GaugeSignal, type RunSignal, type TransitionSignal } from './support/signal.ts'
import type { ExportedHealth } from './support/watch-health.ts'

export type { Exporter } from './support/push-exporter.ts'

export interface NewRelicOptions extends PushOptions {
  /** A licence key (ingest) of the account. */
  readonly licenseKey: string
  /** The account's number: events go to its address. */
  readonly accountId: number
  /** Where the account's data lives. Default `US`. */
  readonly region?: 'US' | 'EU'
  /** Instead of a region: a proxy for both the Metric API and the Event API. Its path is kept. Default: the region's own. */
  readonly endpoint?: string | URL
  /** Added to everything, such as `{ 'service.name': 'orders' }`, by which New Relic finds the service. Default none. */
  readonly attributes?: Readonly<Record<string, string>>
}

const HOSTS = {
  US: { metrics: 'https://metric-api.newrelic.com', events: 'https://insights-collector.newrelic.com' },
  EU: { metrics: 'https://metric-api.eu.newrelic.com', events: 'https://insights-collector.eu01.nr-data.net' },
} as const

const RULES: Rules<NewRelicOptions> = {
  licenseKey: keyRule('use a licence key of the account, from a variable such as NEW_RELIC_LICENSE_KEY'),
  accountId: required('the number of an account', (id) => isWhole(id, 1, Number.MAX_SAFE_INTEGER)),
  region: oneOf(...Object.keys(HOSTS)),
  endpoint: endpointRule,
  attributes: attributesRule,
  ...PUSH_RULES,
}

/**
 * Tells New Relic: gauges and a summary of the duration of runs in seconds by its Metric API, and a
 * `HaleTransition` event for each transition by its Event API. Each API has its own queue.
 *
 * @throws {HealthSetupError} when the options cannot work.
 * @see https://docs.newrelic.com/docs/data-apis/ingest-apis/metric-api/report-metrics-metric-api/
 * @see https://docs.newrelic.com/docs/data-apis/ingest-apis/event-api/introduction-event-api/
 */
export function createNewRelicExporter(health: ExportedHealth, options: NewRelicOptions): Exporter {
  refuseMisuse('new-relic', options, RULES)
  const { accountId, attributes = {}, licenseKey, region = 'US' } = options
  const poster = createPoster()
  const send = (api: 'metrics' | 'events', path: string, body: unknown, signal: AbortSignal): Promise<Delivery> => {
    const base = String(options.endpoint ?? HOSTS[region][api]).replace(/\/$/, '')
    return poster.post({
      url: new URL(base + path),
      headers: { 'api-key': licenseKey },
      body,
      encoding: 'gzip',
      signal,
    })
  }
  return createPushExporter(health, options, {
    name: 'new-relic',
    lanes: [
      lane(['gauge', 'run'], 100, (batch, signal) => {
        const gauges = batch.filter((each) => each.type === 'gauge').map(toGauge)
        const runs = batch.filter((each) => each.type === 'run')
        return send(
          'metrics',
          '/metric/v1',
          [{ common: { attributes }, metrics: [...gauges, ...toSummaries(runs)] }],
          signal,
        )
      }),
      lane(['transition'], 500, (batch, signal) => {
        const events = batch.map((each) => toEvent(each, attributes))
        return send('events', `/v1/accounts/${accountId}/events`, events, signal)
      }),
    ],
    release: () => poster.close(),
  })
}

/** @see https://docs.newrelic.com/docs/data-apis/ingest-apis/metric-api/metric-api-limits-restricted-attributes/ */
function attributesRule(attributes: unknown): string | false {
  const problem = textsRule(attributes)
  if (problem !== false) return problem
  const wrong = Object.entries((attributes ?? {}) as Readonly<Record<string, string>>).find(
    ([name, value]) => !/^[\w.:]{1,255}$/.test(name) || value.length > 4_096,
  )
  return (
    wrong !== undefined &&
    `${show(wrong[0])} is not a name of letters, digits, ".", ":" and "_" with a text of at most 4,096 characters`
  )
}

function toGauge(signal: GaugeSignal): object {
  const { name, value } = toNumber(signal)
  const about = signal.check === undefined ? {} : { attributes: { check: signal.check } }
  return { name, type: 'gauge', value, timestamp: signal.at, ...about }
}

/** The runs of one check that ended in the same way: one summary from the first to the last. */
function toSummaries(runs: readonly RunSignal[]): object[] {
  const groups = new Map<string, RunSignal[]>()
  for (const run of runs) {
    const key = `${run.check} ${run.status}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [run])
    else group.push(run)
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const { check, kind, status } = first
    const seconds = group.map((run) => run.seconds)
    const at = group.map((run) => run.at)
    const timestamp = Math.min(...at)
    const sum = seconds.reduce((total, each) => total + each, 0)
    const value = { count: group.length, sum, min: Math.min(...seconds), max: Math.max(...seconds) }
    const interval = { 'interval.ms': Math.max(1, Math.ceil(Math.max(...at) - timestamp)) }
    return [
      {
        name: METRICS.duration.name,
        type: 'summary',
        value,
        timestamp,
        ...interval,
        attributes: { check, kind, status },
      },
    ]
  })
}

/** Flat, as the Event API wants it; `from` and `to` are words of NRQL. */
function toEvent(signal: TransitionSignal, attributes: Readonly<Record<string, string>>): object {
  const { at, check, code, from, message, reason, to } = signal
  return {
    ...attributes,
    eventType: 'HaleTransition',
    timestamp: Math.floor(at),
    check,
    fromStatus: from,
    toStatus: to,
    reason,
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
  }
}
