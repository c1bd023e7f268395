import { assess } from 'hale/doctor'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { CHECK_TYPES } from '../../serve/check-types/index.ts'

const address = z.string().startsWith('${')
/** What the lines are, before the variables are put in. */
const file = z.object({ checks: z.record(z.string(), z.looseObject({ type: z.string() })) })

const serveLines = (name: string): readonly string[] =>
  assess({ dependencies: [], environmentNames: [name], pasteInto: 'serve' }).flatMap(({ lines }) => lines)

/** Names of which each shows something else. */
const NAMES =
  'DATABASE_URL MYSQL_URL SQLITE_PATH MONGO_URL REDIS_URL MEMCACHED_URL ELASTICSEARCH_URL CLICKHOUSE_URL S3_URL MSSQL_HOST ORACLE_HOST CASSANDRA_HOSTS NEO4J_URL LDAP_URL NATS_URL AMQP_URL RABBITMQ_HOST MQTT_URL MQTT_BROKER_HOST KAFKA_BROKERS SMTP_HOST GRPC_URL WS_URL STOCK_API_URL S3_BUCKET REDIS_HOST MONGO_HOST NATS_SERVERS'

describe('the lines for a file of hale serve', () => {
  it.each(NAMES.split(' '))('are of a check that it has, with options that it takes: %s', (name) => {
    const [given, ...more] = Object.values(file.parse(parse(serveLines(name).join('\n'))).checks)
    expect(more).toEqual([])
    const { type, ...options } = given ?? { type: '' }
    const filled = Object.entries(options).map(([key, value]) => [
      key,
      address.safeParse(value).success ? (key === 'url' ? 'http://x' : 'x') : value,
    ])
    expect(Object.keys(CHECK_TYPES)).toContain(type)
    expect(CHECK_TYPES[type]?.options.safeParse(Object.fromEntries(filled))).toMatchObject({ success: true })
  })
})
