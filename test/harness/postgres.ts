import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startServer, type RealServer } from './server.ts'

export interface PostgresOptions {
  /** The most connections it takes. Default 50. */
  readonly maxConnections?: number
  /** The primary that it follows as a standby. Default: it is a primary itself. */
  readonly standbyOf?: RealServer
  /** Default: a free one. */
  readonly port?: number
}

const PASSWORD = 'harness-password'

/** Starts a private PostgreSQL with one superuser `hale`, a password, and the database `postgres`. Not safe on power loss. */
export function startPostgres(options: PostgresOptions = {}): Promise<RealServer> {
  const { maxConnections = 50, port, standbyOf } = options
  return startServer({
    binary: 'postgres',
    unprivileged: true,
    async prepare({ folder }, run) {
      if (standbyOf !== undefined) {
        await run('pg_basebackup', [
          `--pgdata=${join(folder, 'data')}`,
          `--dbname=${standbyOf.url}`,
          '-R',
          '-cfast',
          '-N',
        ])
        return
      }
      const passwordFile = join(folder, 'password')
      await writeFile(passwordFile, PASSWORD, { mode: 0o644 })
      await run('initdb', [
        `--pgdata=${join(folder, 'data')}`,
        `--pwfile=${passwordFile}`,
        '--username=hale',
        '--auth=scram-sha-256',
        '--locale=C',
        '--encoding=UTF8',
        '--no-sync',
      ])
    },
    args: ({ folder, host, port }) => [
      '-D',
      join(folder, 'data'),
      `--unix_socket_directories=${folder}`,
      `--listen_addresses=${host}`,
      `--port=${port}`,
      `--max_connections=${maxConnections}`,
      '--shared_buffers=16MB',
      '--fsync=off',
      '--synchronous_commit=off',
      '--full_page_writes=off',
    ],
    ready: /database system is ready to accept (?:read-only )?connections/,
    url: (place) => `postgres://hale:${PASSWORD}@${place.host}:${place.port}/postgres`,
    stopSignal: 'SIGQUIT', // immediate: not even a checkpoint
    ...(port === undefined ? {} : { port }),
  })
}
