/** Where clients say that they connect to: node-redis in `options.socket`, ioredis in `options` itself. */
interface Inside {
  readonly options?: Place & { readonly socket?: Place }
}

interface Place {
  readonly host?: string
  readonly port?: number
  /** Of a Unix socket. */
  readonly path?: string
}

/** `host:port` of a client, or the path of its socket. Undefined when it does not tell one, as a cluster has many. */
export function placeOfRedis(client: unknown): string | undefined {
  const { options } = client as Inside
  const { host, path, port = 6379 } = options?.socket ?? options ?? {}
  return path ?? (host === undefined ? undefined : `${host}:${port}`)
}
