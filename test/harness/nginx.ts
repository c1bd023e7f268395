import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startServer, type Place, type RealServer } from './server.ts'

/**
 * Starts a private nginx with one worker.
 *
 * @param directives what stands in its one `server` block, besides `listen`.
 * @param beside what stands beside that block, such as an `upstream`.
 */
export function startNginx(directives: string, beside = ''): Promise<RealServer> {
  return startServer({
    binary: 'nginx',
    prepare: async (place) => {
      await mkdir(join(place.folder, 'tmp'))
      // Its worker is nobody.
      await chmod(place.folder, 0o755)
      await writeFile(join(place.folder, 'nginx.conf'), configuration(place, directives, beside))
    },
    args: ({ folder }) => ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')],
    ready: /start worker process \d/,
    url: ({ host, port }) => `http://${host}:${port}`,
  })
}

function configuration({ host, port, folder }: Place, directives: string, beside: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${join(folder, 'tmp', kind)};`)
    .join('\n  ')
  return `
daemon off;
pid ${join(folder, 'nginx.pid')};
error_log stderr notice;
worker_processes 1;
events { worker_connections 64; }
http {
  access_log off;
  ${temporary}
  ${beside}
  server {
    listen ${host}:${port};
    ${directives}
  }
}
`
}
