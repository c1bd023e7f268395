import { placeOfHost } from './client-place.ts'
import { placeOfMysql } from './mysql-pool.ts'
import { placeOfPg } from './pg-place.ts'

interface HostPort {
  readonly host?: string
  readonly port?: number | string
  readonly url?: string
}

/** Where the ORMs keep what they connect with; each part may be absent. */
interface Inside {
  /** Knex. */
  readonly client?: { readonly connectionSettings?: HostPort }
  /** Sequelize; MikroORM, which is asked for it. */
  readonly config?: HostPort & { readonly get?: (name: 'clientUrl') => string | undefined }
  /** TypeORM. */
  readonly options?: HostPort
  /** Drizzle: the client that it was given. */
  readonly $client?: object
}

/** `host:port` of the database that an ORM is connected with. Undefined when it does not tell it. */
export function placeOfOrm(source: unknown): string | undefined {
  const { $client, client, config, options } = (source ?? {}) as Inside
  if ($client !== undefined) return placeOfPg($client) ?? placeOfMysql($client)
  const url = typeof config?.get === 'function' ? config.get('clientUrl') : undefined
  return placeOfHost(client?.connectionSettings ?? (url === undefined ? config : { url }) ?? options ?? {})
}
