import { chown, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Identity } from '../../packages/hale/src/testing/test-authority.ts'
import { startServer, type RealServer } from './server.ts'

export interface PostgresOptions {
  /** The most connections it takes. Default 50. */
  readonly maxConnections?: number
  /** The primary that it follows as a standby. Default: it is a primary itself. */
  readonly standbyOf?: RealServer
  /** Who it is to those who ask it for TLS. Default: it offers none. */
  readonly tls?: Identity
  /** Default: a free one. */
  readonly port?: number
}

const PASSWORD = 'harness-password'

/** Starts a private PostgreSQL with one superuser `hale`, a password, and the database `postgres`. Not safe on power loss. */
export function startPostgres(options: PostgresOptions = {}): Promise<RealServer> {
  const { maxConnections = 50, port, standbyOf, tls } = options
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
      if (tls !== undefined) await writeIdentity(folder, tls)
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

/** Where it looks for them, as its own user: it wants to be the only one who may read its key. */
async function writeIdentity(folder: string, { cert, key }: Identity): Promise<void> {
  const data = join(folder, 'data')
  const { gid, uid } = await stat(data)
  for (const [name, text] of [
    ['server.crt', cert],
    ['server.key', key],
    ['postgresql.auto.conf', 'ssl = on\n'],
  ] as const) {
    await writeFile(join(data, name), text, { mode: 0o600 })
    await chown(join(data, name), uid, gid)
  }
}
