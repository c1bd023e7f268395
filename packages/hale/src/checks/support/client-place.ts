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
  /** A `Db` of `mongodb`; a manager of JetStream; a connection of `amqplib` that recovers; what has one. */
  readonly client?: unknown
  readonly nc?: unknown
  readonly _core?: unknown
  readonly _model?: unknown
  readonly connection?: unknown
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
  /** `amqplib`, below its channels: the socket. */
  readonly stream?: { readonly remoteAddress?: string; readonly remotePort?: number }
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
  const { _core, _model, _opt, connection, connectionParams, connectionPool, getServer, nc, options, servers, stream } =
    client
  if (options?.hosts !== undefined) return options.hosts.length > 0 ? options.hosts.map(String) : [options.srvHost]
  const many = connectionPool?.connections ?? servers
  if (many !== undefined) return many.map(placeOfHost)
  if (typeof getServer === 'function') return [getServer.call(client)]
  const one = placeOfHost(connectionParams ?? options ?? {})
  if (one !== undefined) return [one]
  if (_opt?.hosts !== undefined) return _opt.hosts.map(({ hostname, port }) => placeOfHost({ host: hostname, port }))
  if (stream?.remoteAddress !== undefined) {
    return [placeOfHost({ host: stream.remoteAddress, port: stream.remotePort })]
  }
  const below = client.client ?? nc ?? _core ?? _model ?? connection
  return below === undefined || below === null ? [] : [placeOfClient(below)]
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
