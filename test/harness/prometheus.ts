import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startServer, type RealServer } from './server.ts'

/** What a private Prometheus scrapes. */
export interface Scrape {
  /** Default `hale`. */
  readonly job?: string
  /** Hosts and ports. */
  readonly targets: readonly string[]
  readonly path: string
  /** Sent as `Authorization: Bearer`. Default: nothing is sent. */
  readonly key?: string
}

export interface PrometheusOptions {
  readonly scrapes: readonly Scrape[]
  /** Texts of rule files. Default none. */
  readonly rules?: readonly string[]
  /** Host and port of the Alertmanager that is told. Default none. */
  readonly alertmanager?: string
  /** How often it scrapes and evaluates. Default `200ms`. */
  readonly interval?: string
}

/** Starts a private Prometheus, without exporters of its own. */
export function startPrometheus(options: PrometheusOptions): Promise<RealServer> {
  const { alertmanager, interval = '200ms', rules = [], scrapes } = options
  const configuration = {
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    rule_files: ['rules/*.yaml'],
    ...(alertmanager === undefined
      ? {}
      : { alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] } }),
    scrape_configs: scrapes.map(({ job = 'hale', key, path, targets }) => ({
      job_name: job,
      metrics_path: path,
      ...(key === undefined ? {} : { authorization: { credentials: key } }),
      static_configs: [{ targets }],
    })),
  }
  return startServer({
    binary: 'prometheus',
    prepare: async ({ folder }) => {
      await mkdir(join(folder, 'rules'))
      await Promise.all(rules.map((text, at) => writeFile(join(folder, 'rules', `${at}.yaml`), text)))
      // JSON is YAML.
      await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(configuration))
    },
    args: ({ folder, host, port }) => [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${host}:${port}`,
    ],
    ready: /Server is ready to receive web requests/,
    url: ({ host, port }) => `http://${host}:${port}`,
  })
}

/** A series that a query found. */
export interface Found {
  readonly metric: Readonly<Record<string, string>>
  /** Of an instant query: a time and its value. */
  readonly value?: readonly [number, string]
  /** Of a range query. */
  readonly values?: readonly (readonly [number, string])[]
}

/**
 * Asks a Prometheus: an instant query, or one over a range when the parameters name `start`, `end` and `step`.
 *
 * @throws {Error} what Prometheus has against the query.
 */
export async function queryPrometheus(
  { url }: Pick<RealServer, 'url'>,
  query: string,
  range?: Readonly<Record<'start' | 'end' | 'step', string>>,
): Promise<readonly Found[]> {
  const parameters = new URLSearchParams({ query, ...range })
  const answer = await fetch(`${url}/api/v1/${range === undefined ? 'query' : 'query_range'}?${parameters}`)
  const { data, error } = (await answer.json()) as { data?: { result: readonly Found[] }; error?: string }
  if (data === undefined) throw new Error(`${query}: ${error ?? answer.status}`)
  return data.result
}
