import { startServer, type RealServer } from './server.ts'

export interface NatsOptions {
  /** The password of its user `hale`. Default: it asks for none. */
  readonly password?: string
}

/** Starts a private NATS with JetStream. */
export function startNats({ password }: NatsOptions = {}): Promise<RealServer> {
  const access = password === undefined ? [] : ['--user', 'hale', '--pass', password]
  return startServer({
    binary: 'nats-server',
    unprivileged: true,
    args: ({ folder, host, port }) => ['-a', host, '-p', String(port), '-js', '-sd', folder, ...access],
    ready: /Server is ready/,
    url: ({ host, port }) => `nats://${password === undefined ? '' : `hale:${password}@`}${host}:${port}`,
  })
}
