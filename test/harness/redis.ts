import { startServer, type RealServer } from './server.ts'

export interface RedisOptions {
  /** Default: no password. */
  readonly password?: string
  /** The primary that it follows, without a password. Default: it is a primary itself. */
  readonly replicaOf?: RealServer
  /** Default: a free one. */
  readonly port?: number
}

/** Starts a private Redis that keeps nothing on disk. */
export function startRedis(options: RedisOptions = {}): Promise<RealServer> {
  const { password, port, replicaOf } = options
  const userinfo = password === undefined ? '' : `:${password}@`
  return startServer({
    binary: 'redis-server',
    args: (place) => [
      `--bind ${place.host}`,
      `--port ${place.port}`,
      `--dir ${place.folder}`,
      '--save ""',
      '--appendonly no',
      '--daemonize no',
      '--repl-diskless-sync-delay 0',
      ...(replicaOf === undefined ? [] : [`--replicaof ${replicaOf.host} ${replicaOf.port}`]),
      ...(password === undefined ? [] : [`--requirepass ${password}`]),
    ],
    ready: /ready to accept connections/i,
    url: (place) => `redis://${userinfo}${place.host}:${place.port}`,
    ...(port === undefined ? {} : { port }),
  })
}
