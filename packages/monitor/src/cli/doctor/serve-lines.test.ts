import { assess } from 'hale/doctor'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { CHECK_TYPES } from '../../serve/check-types.ts'

/** Names of which each shows something else. */
const NAMES = [
  ...['DATABASE_URL', 'MYSQL_URL', 'SQLITE_PATH', 'MONGO_URL', 'REDIS_URL', 'MEMCACHED_URL', 'ELASTICSEARCH_URL'],
  ...['CLICKHOUSE_URL', 'S3_URL', 'MSSQL_HOST', 'ORACLE_HOST', 'CASSANDRA_HOSTS', 'NEO4J_URL', 'LDAP_URL', 'NATS_URL'],
  ...['AMQP_URL', 'KAFKA_BROKERS', 'SMTP_HOST', 'GRPC_URL', 'WS_URL', 'STOCK_API_URL'],
]

describe('the lines for a file of hale serve', () => {
  it.each(NAMES)('are of a check that it has, with options that it takes: %s', (name) => {
    // With the variable, and by an example where it only shows that something is there.
    for (const environmentNames of [[name], [name.replace(/_[A-Z]+$/, '_HOST')]]) {
      for (const { lines } of assess({ dependencies: [], environmentNames, pasteInto: 'serve' })) {
        const { checks } = parse(lines.join('\n')) as {
          checks: Readonly<Record<string, Readonly<Record<string, unknown>>>>
        }
        const [[, { type, ...options } = {}] = []] = Object.entries(checks)
        expect(CHECK_TYPES).toHaveProperty([String(type)])
        const problems = CHECK_TYPES[String(type)]?.options.safeParse(withAddresses(options)).error?.issues ?? []
        expect(problems).toEqual([])
      }
    }
    expect(assess({ dependencies: [], environmentNames: [name], pasteInto: 'serve' })).toHaveLength(1)
  })
})

/** As the variables of the file would be put in. */
function withAddresses(options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(options).map(([key, value]) => [
      key,
      typeof value === 'string' && value.startsWith('${') ? (key === 'url' ? 'http://x' : 'x') : value,
    ]),
  )
}
