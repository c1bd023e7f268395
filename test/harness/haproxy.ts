import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startServer, type RealServer } from './server.ts'

/**
 * Starts a private HAProxy with one thread, in front of one backend.
 *
 * @param backend what stands in its one `backend` section.
 */
export function startHaproxy(backend: string): Promise<RealServer> {
  return startServer({
    binary: 'haproxy',
    prepare: ({ folder, host, port }) =>
      writeFile(
        join(folder, 'haproxy.cfg'),
        `
global
  nbthread 1
defaults
  mode http
  timeout connect 1s
  timeout client 10s
  timeout server 10s
  timeout queue 5s
frontend front
  bind ${host}:${port}
  default_backend back
backend back
${backend}
`,
      ),
    // With a master, which says when its worker serves.
    args: ({ folder }) => ['-W', '-db', '-f', join(folder, 'haproxy.cfg')],
    ready: /Loading success/,
    url: ({ host, port }) => `http://${host}:${port}`,
    stopSignal: 'SIGINT',
  })
}
