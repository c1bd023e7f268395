import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startServer, type RealServer } from './server.ts'

/** What a private Prometheus scrapes, five times a second. */
export interface Scrape {
  /** Host and port. */
  readonly target: string
  readonly path: string
  /** Sent as `Authorization: Bearer`. */
  readonly key: string
}

/** Starts a private Prometheus, without exporters of its own. */
export function startPrometheus({ key, path, target }: Scrape): Promise<RealServer> {
  const configuration = {
    global: { scrape_interval: '200ms', scrape_timeout: '200ms' },
    scrape_configs: [
      {
        job_name: 'hale',
        metrics_path: path,
        authorization: { credentials: key },
        static_configs: [{ targets: [target] }],
      },
    ],
  }
  return startServer({
    binary: 'prometheus',
    // JSON is YAML.
    prepare: ({ folder }) => writeFile(join(folder, 'prometheus.yml'), JSON.stringify(configuration)),
    args: ({ folder, host, port }) => [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${host}:${port}`,
    ],
    ready: /Server is ready to receive web requests/,
    url: ({ host, port }) => `http://${host}:${port}`,
  })
}
