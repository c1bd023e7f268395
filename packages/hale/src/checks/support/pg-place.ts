import { placeOfUrl } from './peer.ts'

/** Where a `pg.Pool` or `pg.Client` says that it connects to. */
export interface PgPlace {
  readonly options?: {
    readonly connectionString?: string | undefined
    readonly host?: string | undefined
    readonly port?: number | undefined
  }
  /** Of a client rather than a pool. */
  readonly host?: string | undefined
  readonly port?: number | undefined
}

/** As pg does, an address goes before a host. A host that begins with a slash is a folder of sockets. */
export function placeOfPg({ options = {}, host = options.host, port = options.port }: PgPlace): string | undefined {
  const place = placeOfUrl(options.connectionString ?? '')
  return place ?? (host === undefined || host === '' ? undefined : `${host}:${port ?? 5432}`)
}
