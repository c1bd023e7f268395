import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { COVERAGE } from './coverage.ts'
import { linesToPaste } from './lines-to-paste.ts'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
// Below this package, so that its development dependencies are found.
const folder = join(root, 'packages/hale/test-results/lines-to-paste')

/** The app's own client of a package, by the name and the type that it has in apps. */
const CLIENTS: Readonly<Record<string, string>> = {
  pg: `import type pg from 'pg'\ndeclare const pool: pg.Pool`,
  mysql2: `import type { Pool } from 'mysql2/promise'\ndeclare const pool: Pool`,
  mariadb: `import type { Pool } from 'mariadb'\ndeclare const pool: Pool`,
  'better-sqlite3': `import type Database from 'better-sqlite3'\ndeclare const database: Database.Database`,
  '@prisma/client': `declare const prisma: { $queryRawUnsafe<T = unknown>(query: string, ...values: unknown[]): Promise<T> }`,
  'drizzle-orm': `import type { NodePgDatabase } from 'drizzle-orm/node-postgres'\ndeclare const db: NodePgDatabase`,
  typeorm: `import type { DataSource } from 'typeorm'\ndeclare const dataSource: DataSource`,
  sequelize: `import type { Sequelize } from 'sequelize'\ndeclare const sequelize: Sequelize`,
  knex: `import type { Knex } from 'knex'\ndeclare const knex: Knex`,
  kysely: `import type { Kysely } from 'kysely'\ndeclare const db: Kysely<{ orders: { id: number } }>`,
  '@mikro-orm/core': `import type { MikroORM } from '@mikro-orm/core'\nimport type { PostgreSqlDriver } from '@mikro-orm/postgresql'\ndeclare const mikroOrm: MikroORM<PostgreSqlDriver>`,
  '@mikro-orm/postgresql': `import type { MikroORM } from '@mikro-orm/postgresql'\ndeclare const mikroOrm: MikroORM`,
  mongodb: `import type { MongoClient } from 'mongodb'\ndeclare const client: MongoClient`,
  mongoose: `import mongoose from 'mongoose'`,
  redis: `import type { createClient } from 'redis'\ndeclare const client: ReturnType<typeof createClient>`,
  ioredis: `import type { Redis } from 'ioredis'\ndeclare const client: Redis`,
  memjs: `import type { Client } from 'memjs'\ndeclare const client: Client`,
  '@elastic/elasticsearch': `import type { Client } from '@elastic/elasticsearch'\ndeclare const client: Client`,
  '@opensearch-project/opensearch': `import type { Client } from '@opensearch-project/opensearch'\ndeclare const client: Client`,
  '@clickhouse/client': `import type { ClickHouseClient } from '@clickhouse/client'\ndeclare const client: ClickHouseClient`,
  '@aws-sdk/client-s3': `import type { S3Client } from '@aws-sdk/client-s3'\ndeclare const client: S3Client`,
  nats: `import type { NatsConnection } from 'nats'\ndeclare const connection: NatsConnection`,
  '@nats-io/transport-node': `import type { NatsConnection } from '@nats-io/transport-node'\ndeclare const connection: NatsConnection`,
  amqplib: `import type { ChannelModel } from 'amqplib'\ndeclare const connection: ChannelModel`,
  'amqp-connection-manager': `import type { AmqpConnectionManager } from 'amqp-connection-manager'\ndeclare const connection: AmqpConnectionManager`,
  'rabbitmq-client': `import type { Connection } from 'rabbitmq-client'\ndeclare const connection: Connection`,
  mqtt: `import type { MqttClient } from 'mqtt'\ndeclare const client: MqttClient`,
  '@platformatic/kafka': `import type { Admin } from '@platformatic/kafka'\ndeclare const admin: Admin`,
  kafkajs: `import type { Admin } from 'kafkajs'\ndeclare const admin: Admin`,
  bullmq: `import type { Queue } from 'bullmq'\ndeclare const queue: Queue`,
}

/** Clients that are not installed here: their own line is not compiled. */
const NOT_HERE = [
  '@golevelup/nestjs-rabbitmq',
  '@mikro-orm/better-sqlite',
  '@mikro-orm/mariadb',
  '@mikro-orm/mysql',
  '@mikro-orm/sqlite',
  '@neondatabase/serverless',
  '@nestjs/bull',
  '@nestjs/bullmq',
  '@redis/client',
  '@vercel/postgres',
  'bee-queue',
  'bull',
  'iovalkey',
  'pg-promise',
  'postgres',
]

interface Snippet {
  readonly about: string
  readonly client: string
  readonly lines: readonly string[]
}

const snippets: readonly Snippet[] = COVERAGE.flatMap((row) => {
  const having = (packages: readonly string[], names: readonly string[], has = packages): readonly string[] =>
    linesToPaste(row, { name: row.name, packages, names, has: new Set(has) })
  const variable = (row.address?.variable.test('S3_URL') ?? false) ? 'S3_URL' : 'X_URL'
  const byAddress =
    row.address === undefined
      ? []
      : [
          { about: `${row.check} by example`, client: '', lines: having([], []) },
          {
            about: `${row.check} by variable`,
            client: '',
            lines: having([], [variable, 'X_HOST', 'X_PATH', 'X_BUCKET']),
          },
        ]
  const own = Object.entries(row.packages).flatMap(([name, expression]) =>
    expression === undefined || NOT_HERE.includes(name)
      ? []
      : [{ about: name, client: CLIENTS[name] ?? `// ${name} is not known here`, lines: having([name], []) }],
  )
  return [...byAddress, ...own]
})

describe('the lines to paste', () => {
  it('name a client of every package that a check asks through', () => {
    const used = COVERAGE.flatMap(({ packages }) =>
      Object.entries(packages).flatMap(([name, expression]) => (expression === undefined ? [] : [name])),
    )
    const known = new Set([...Object.keys(CLIENTS), ...NOT_HERE])
    expect(used.filter((each) => !known.has(each))).toEqual([])
    for (const name of Object.keys(CLIENTS)) expect(used).toContain(name)
    const modules = [join(root, 'node_modules'), join(root, 'packages/hale/node_modules')]
    const here = (name: string): boolean => modules.some((each) => existsSync(join(each, name, 'package.json')))
    expect(Object.keys(CLIENTS).filter((each) => !here(each))).toEqual([])
  })

  it(`compile as they are, against the real clients: ${snippets.length} of them`, () => {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    for (const [index, { about, client, lines }] of snippets.entries()) {
      const [first, ...rest] = lines
      const text = `// ${about}\nimport { createHealth } from 'hale'\n${first}\n${client}\nexport const health = createHealth({ checks: {\n${rest.join('\n')}\n} })\n`
      writeFileSync(join(folder, `${index}.ts`), text)
    }
    const compilerOptions = {
      noEmit: true,
      composite: false,
      incremental: false,
      isolatedDeclarations: false,
      skipLibCheck: true,
      types: ['node'],
    }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: join(root, 'tsconfig.base.json'), compilerOptions, include: ['*.ts'] }),
    )
    const { stdout, status } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' })
    expect(stdout).toBe('')
    expect(status).toBe(0)
  }, 120_000)
})
