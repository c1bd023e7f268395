import { startServer, type RealServer } from './server.ts'

/** Starts a private memcached. */
export function startMemcached(): Promise<RealServer> {
  return startServer({
    binary: 'memcached',
    unprivileged: true,
    // -vv: otherwise it is silent, and nobody would know when it serves.
    args: ({ host, port }) => ['-l', host, '-p', String(port), '-U', '0', '-m', '16', '-vv'],
    ready: /server listening/,
    url: ({ host, port }) => `memcached://${host}:${port}`,
  })
}
