import { checkGroups, checkValues } from '@hale/contract'
import { z } from 'zod'
import { checkType, type CheckType } from './check-type.ts'

const { headers, host, port, scalar, short, statusCode, url } = checkValues
const { amounts, lags, migrations, role, server, times, trust } = checkGroups

/**
 * Every check that a file can name. A new one is one entry here and one row in docs/serve.md. A check of the app's own
 * insides, such as a heartbeat or a circuit breaker, is not among them: a process beside the app cannot see it.
 */
export const CHECK_TYPES: Readonly<Record<string, CheckType>> = {
  // This machine and this container.
  disk: checkType(z.strictObject({ path: short.optional(), ...amounts }), async (options) =>
    (await import('hale/checks/disk')).disk(options),
  ),
  memory: checkType(z.strictObject(amounts), async (options) => (await import('hale/checks/memory')).memory(options)),
  'event-loop': checkType(z.strictObject(times), async (options) =>
    (await import('hale/checks/event-loop')).eventLoop(options),
  ),

  // The network.
  http: checkType(
    z.strictObject({
      url,
      method: z.enum(['GET', 'HEAD', 'OPTIONS', 'POST']).optional(),
      headers: headers.optional(),
      status: z.array(statusCode).min(1).optional(),
      answerHeaders: z.record(short, z.string()).optional(),
      bodyContains: short.optional(),
      json: z.record(short, scalar).optional(),
      maxBodyBytes: z.int().min(1).optional(),
      redirects: z.int().min(0).max(20).optional(),
      ...trust,
      ...times,
    }),
    async (options) => (await import('hale/checks/http')).http(options),
  ),
  health: checkType(
    z.strictObject({
      url,
      key: short.optional(),
      headers: headers.optional(),
      components: z.array(short).optional(),
      maxBodyBytes: z.int().min(1).optional(),
      ...trust,
      ...times,
    }),
    async (options) => (await import('hale/checks/health')).health(options),
  ),
  tcp: checkType(z.strictObject({ host, port, ...times }), async (options) =>
    (await import('hale/checks/tcp')).tcp(options),
  ),
  ping: checkType(z.strictObject({ host, ...times }), async (options) =>
    (await import('hale/checks/ping')).ping(options),
  ),
  dns: checkType(
    z.strictObject({
      name: host,
      record: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'NS', 'SRV', 'TXT']).optional(),
      expected: z.array(short).min(1).optional(),
      exact: z.boolean().optional(),
      servers: z.array(short).min(1).optional(),
      ...times,
    }),
    // `type` says which check it is, so the record's type has a name of its own here.
    async ({ record = 'A', ...options }) => (await import('hale/checks/dns')).dns({ ...options, type: record }),
  ),
  tls: checkType(
    z.strictObject({
      host,
      port: port.optional(),
      servername: host.optional(),
      daysDegraded: z.number().min(0).optional(),
      daysUnhealthy: z.number().min(0).optional(),
      ca: z.string().optional(),
      cert: z.string().optional(),
      key: z.string().optional(),
      ...times,
    }),
    async (options) => (await import('hale/checks/tls')).tls(options),
  ),

  // Stores.
  postgres: checkType(
    z.strictObject({ ...server, query: short.optional(), ...role, ...migrations, ...lags, ...times }),
    async ({ url: source, ...options }) => (await import('hale/checks/postgres')).postgres(source, options),
    'pg',
  ),
  mysql: checkType(
    z.strictObject({ ...server, query: short.optional(), ...role, ...migrations, ...lags, ...times }),
    async ({ url: source, ...options }) => (await import('hale/checks/mysql')).mysql(source, options),
    'mysql2',
  ),
  sqlite: checkType(
    z.strictObject({
      path: short,
      where: short.optional(),
      query: short.optional(),
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
      memoryDegraded: short.optional(),
      memoryUnhealthy: short.optional(),
      ...role,
      ...lags,
      ...times,
    }),
    async ({ url: source, ...options }) => (await import('hale/checks/redis')).redis(source, options),
    'redis',
  ),
  mongodb: checkType(
    z.strictObject({ ...server, ...role, ...times }),
    async ({ url: source, ...options }) => (await import('hale/checks/mongodb')).mongodb(source, options),
    'mongodb',
  ),
  memcached: checkType(
    z.strictObject({ ...server, key: short.optional(), ...times }),
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
