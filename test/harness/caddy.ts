import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startServer, type RealServer } from './server.ts'

/**
 * Starts a private Caddy with one site, without TLS and without its admin interface.
 *
 * @param site what stands in its one site block.
 */
export function startCaddy(site: string): Promise<RealServer> {
  return startServer({
    binary: 'caddy',
    prepare: ({ folder, host, port }) =>
      writeFile(
        join(folder, 'Caddyfile'),
        `
{
  admin off
  auto_https off
}
http://${host}:${port} {
${site}
}
`,
      ),
    args: ({ folder }) => ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')],
    ready: /serving initial configuration/,
    url: ({ host, port }) => `http://${host}:${port}`,
  })
}
