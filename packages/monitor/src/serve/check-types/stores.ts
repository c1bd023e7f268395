import { checkGroups, checkValues } from '@hale/contract'
import { z } from 'zod'
import { checkType, localType, type CheckType } from './check-type.ts'

const { headers, long, share, short } = checkValues
const { lags, migrations, role, server, times, trust } = checkGroups

/** Databases, caches and storage, asked by URL. */
export const STORE_TYPES: Readonly<Record<string, CheckType>> = {
  postgres: checkType(
    z.strictObject({ ...server, query: long.optional(), ...role, ...migrations, ...lags, ...times }),
    async ({ url: source, ...options }) => (await import('hale/checks/postgres')).postgres(source, options),
    ['pg'],
  ),
  mysql: checkType(
    z.strictObject({ ...server, query: long.optional(), ...role, ...migrations, ...lags, ...times }),
    async ({ url: source, ...options }) => (await import('hale/checks/mysql')).mysql(source, options),
    ['mysql2'],
  ),
  sqlite: localType(
    z.strictObject({
      path: long,
      where: short.optional(),
      query: long.optional(),
      writable: z.boolean().optional(),
      integrity: z.boolean().optional(),
      ...migrations,
      ...times,
    }),
    async ({ path, ...options }) => (await import('hale/checks/sqlite')).sqlite(path, options),
  ),
  redis: checkType(
    z.strictObject({
      ...server,
      memoryDegraded: share.optional(),
      memoryUnhealthy: share.optional(),
      ...role,
      ...lags,
      ...times,
    }),
    async ({ url: source, ...options }) => (await import('hale/checks/redis')).redis(source, options),
    ['redis'],
  ),
  mongodb: checkType(
    z.strictObject({ ...server, ...role, ...times }),
    async ({ url: source, ...options }) => (await import('hale/checks/mongodb')).mongodb(source, options),
    ['mongodb'],
  ),
  memcached: checkType(
    z.strictObject({ ...server, key: long.optional(), ...times }),
    async ({ url: source, ...options }) => (await import('hale/checks/memcached')).memcached(source, options),
  ),
  elasticsearch: checkType(
    z.strictObject({
      ...server,
      index: short.optional(),
      yellow: z.enum(['degraded', 'healthy']).optional(),
      dataNodes: z.int().min(1).optional(),
      headers: headers.optional(),
      ...trust,
      ...times,
    }),
    async ({ url: source, ...options }) => (await import('hale/checks/elasticsearch')).elasticsearch(source, options),
  ),
  clickhouse: checkType(
    z.strictObject({ ...server, headers: headers.optional(), ...trust, ...lags, ...times }),
    async ({ url: source, ...options }) => (await import('hale/checks/clickhouse')).clickhouse(source, options),
  ),
  s3: checkType(
    z.strictObject({
      ...server,
      bucket: short,
      region: short.optional(),
      credentials: z
        .strictObject({ accessKeyId: short, secretAccessKey: short, sessionToken: z.string().optional() })
        .optional(),
      virtualHost: z.boolean().optional(),
      ...trust,
      ...times,
    }),
    async ({ url: source, ...options }) => (await import('hale/checks/s3')).s3(source, options),
  ),
}
