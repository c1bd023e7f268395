import { placeOfUrl, shortened } from './peer.ts'

/** A place, as many clients keep it. */
interface HostPort {
  readonly host?: string | undefined
  readonly port?: number | string | undefined
  /** A connection URL. */
  readonly url?: string | URL | undefined
}

/** Where clients keep the place that they lead to; each part may be absent. */
interface Inside {
  /** `MongoClient`: hosts, or the name that leads to them; `mqtt`; TypeORM. */
  readonly options?: HostPort & { readonly hosts?: readonly unknown[]; readonly srvHost?: string }
  /** A `Db` of `mongodb`. */
  readonly client?: unknown
  /** `@nats-io/transport-node` and `nats`. */
  readonly getServer?: () => string
  /** Elasticsearch and OpenSearch. */
  readonly connectionPool?: { readonly connections?: readonly HostPort[] }
  /** `@clickhouse/client`. */
  readonly connectionParams?: HostPort
  /** `memjs`. */
  readonly servers?: readonly HostPort[]
  /** `rabbitmq-client`. */
  readonly _opt?: { readonly hosts?: readonly { readonly hostname: string; readonly port: number | string }[] }
  /** `amqplib`: the connection below its channels, and its socket. */
  readonly connection?: { readonly stream?: { readonly remoteAddress?: string; readonly remotePort?: number } }
}

/** `host:port` of the app's own client, as far as it tells it. Undefined when it does not, or not yet. */
export function placeOfClient(client: unknown): string | undefined {
  try {
    return shortenedList(placesOf(client ?? {}))
  } catch {
    return undefined
  }
}

function placesOf(client: Inside): readonly (string | undefined)[] {
  const { _opt, client: below, connection, connectionParams, connectionPool, getServer, options, servers } = client
  if (options?.hosts !== undefined) return options.hosts.length > 0 ? options.hosts.map(String) : [options.srvHost]
  if (typeof getServer === 'function') return [getServer.call(client)]
  const known =
    connectionPool?.connections ?? servers ?? (connectionParams && [connectionParams]) ?? (options && [options])
  if (known !== undefined) return known.map(placeOfHost)
  if (_opt?.hosts !== undefined) return _opt.hosts.map(({ hostname, port }) => placeOfHost({ host: hostname, port }))
  const { remoteAddress, remotePort } = connection?.stream ?? {}
  if (remoteAddress !== undefined) return [placeOfHost({ host: remoteAddress, port: remotePort })]
  return below === undefined ? [] : [placeOfClient(below)]
}

/** Of a connection's settings: its URL, or host and port. */
export function placeOfHost({ host, port, url }: HostPort): string | undefined {
  if (url !== undefined) return placeOfUrl(url)
  if (host === undefined || host === '') return undefined
  const bare = host.includes(':') ? `[${host}]` : host
  return port === undefined ? bare : `${bare}:${port}`
}

function shortenedList(places: readonly (string | undefined)[]): string | undefined {
  const known = places.filter((place) => place !== undefined && place !== '')
  return known.length === 0 ? undefined : shortened(known.join(','))
}
