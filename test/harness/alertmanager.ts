import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startServer, type RealServer } from './server.ts'

export interface AlertmanagerOptions {
  /** Where it posts every notification: each alert by itself, at once, and again once it is resolved. */
  readonly webhook: string
  /** What else belongs to its configuration, as YAML. Default: nothing. */
  readonly configuration?: string
}

/** Starts a private Alertmanager without a cluster. */
export function startAlertmanager({ configuration = '', webhook }: AlertmanagerOptions): Promise<RealServer> {
  const route = {
    route: { receiver: 'test', group_by: ['...'], group_wait: '0s', group_interval: '500ms', repeat_interval: '1h' },
    receivers: [{ name: 'test', webhook_configs: [{ url: webhook, send_resolved: true }] }],
  }
  // A field a line: JSON within YAML.
  const lines = Object.entries(route).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  return startServer({
    binary: 'prometheus-alertmanager',
    prepare: ({ folder }) => writeFile(join(folder, 'alertmanager.yml'), [...lines, configuration].join('\n')),
    args: ({ folder, host, port }) => [
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=${host}:${port}`,
      '--cluster.listen-address=',
    ],
    ready: /msg="?Listening on/i,
    url: ({ host, port }) => `http://${host}:${port}`,
  })
}
