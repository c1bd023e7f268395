import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startServer, type RealServer } from './server.ts'

export interface MariadbOptions {
  /** The most connections it takes. Default 50. */
  readonly maxConnections?: number
  /** Its number among servers that replicate. Default 1. */
  readonly serverId?: number
  /** Default: a free one. */
  readonly port?: number
}

const PASSWORD = 'harness-password'

/** Starts a private MariaDB with one user `hale` who may do all, a password, and the database `shop`. Not safe on power loss. */
export function startMariadb(options: MariadbOptions = {}): Promise<RealServer> {
  const { maxConnections = 50, serverId = 1, port } = options
  return startServer({
    binary: 'mariadbd',
    unprivileged: true,
    async prepare({ folder }, run) {
      const statements = [
        'CREATE DATABASE shop',
        `CREATE USER hale@'%' IDENTIFIED BY '${PASSWORD}'`,
        "GRANT ALL ON *.* TO hale@'%' WITH GRANT OPTION",
      ]
      await writeFile(join(folder, 'init.sql'), `${statements.join(';\n')};\n`)
      const data = `--datadir=${join(folder, 'data')}`
      await run('mariadb-install-db', [
        '--no-defaults',
        data,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
      ])
    },
    args: ({ folder, host, port }) => [
      '--no-defaults',
      `--datadir=${join(folder, 'data')}`,
      `--init-file=${join(folder, 'init.sql')}`,
      `--socket=${join(folder, 'mariadb.sock')}`,
      `--pid-file=${join(folder, 'mariadb.pid')}`,
      `--bind-address=${host}`,
      `--port=${port}`,
      `--max-connections=${maxConnections}`,
      '--skip-name-resolve',
      `--server-id=${serverId}`,
      '--log-bin=binlog',
      '--innodb-buffer-pool-size=16M',
      '--innodb-flush-log-at-trx-commit=0',
      '--innodb-use-native-aio=0',
    ],
    ready: /ready for connections/,
    url: (place) => `mysql://hale:${PASSWORD}@${place.host}:${place.port}/shop`,
    stopSignal: 'SIGKILL', // the folder goes with it
    ...(port === undefined ? {} : { port }),
  })
}
